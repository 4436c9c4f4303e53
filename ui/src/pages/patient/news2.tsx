// NEWS2 over time with the parts of the chosen score: number + word + arrow, and missing values said as missing.
import { Link } from '@tanstack/react-router';
import { Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { News2Component, News2History, News2Point } from '../../api/types.ts';
import { Chart } from '../../charts/chart.tsx';
import { palettes } from '../../charts/palette.ts';
import { Choice } from '../../components/choice.tsx';
import { News2Badge, News2Mark } from '../../components/marks.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatShort } from '../../format/date.ts';
import { formatWritten } from '../../format/number.ts';
import { useLanguage } from '../../i18n.ts';
import { useTheme } from '../../theme/mode.tsx';
import { news2Option } from './news2_chart.ts';

export function News2Panel({ history }: { history: News2History }) {
  const { t } = useTranslation('patient');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const { scheme } = useTheme();
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const [chosenTime, setChosenTime] = useState<string | null>(null);
  const { points } = history;
  const chosen = points.find((point) => point.t === chosenTime) ?? points[points.length - 1];
  const option = useMemo(
    () =>
      news2Option(points, palettes[scheme], {
        time: (at) => formatShort(at, language),
        band: (band) => common(`band.${band}`),
        scale: (scale) => t('news2.scale', { scale }),
        urgent: common('band.medium'),
        emergency: common('band.high'),
      }),
    [points, scheme, language, common, t],
  );
  return (
    <>
      <div className="panel-tools">
        <Choice
          label={t('view.label')}
          value={view}
          onChange={setView}
          options={[
            { value: 'chart', text: t('view.chart') },
            { value: 'table', text: t('view.table') },
          ]}
        />
      </div>
      <div className="news2-split">
        {view === 'chart' ? (
          <Chart
            option={option}
            height={236}
            summary={t('news2.summary', { count: points.length, score: chosen.score, band: common(`band.${chosen.band}`) })}
            onSelect={(index) => setChosenTime(points[index]?.t ?? null)}
          />
        ) : (
          <ScoreTable points={points} />
        )}
        <div className="news2-parts">
          <div className="news2-chosen">
            <News2Badge news2={chosen} />
            <Select
              aria-label={t('news2.choose')}
              value={chosen.t}
              onChange={setChosenTime}
              popupMatchSelectWidth={false}
              options={points.map((point) => ({ value: point.t, label: formatShort(point.t, language) })).reverse()}
            />
          </div>
          {chosen.spo2_scale === 2 && <p className="spo2-scale-two">{t('news2.scale', { scale: 2 })}</p>}
          <Components components={chosen.components} />
          <Link to="/results/$id" params={{ id: chosen.result }}>
            {t('news2.open')}
          </Link>
        </div>
      </div>
    </>
  );
}

function ScoreTable({ points }: { points: News2Point[] }) {
  const { t } = useTranslation('patient');
  return (
    <ScrollTable label={t('news2.table')} className="tall">
      <caption className="visually-hidden">{t('news2.table')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('time')}</th>
          <th scope="col">NEWS2</th>
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map((point) => (
          <tr key={point.t + point.result}>
            <th scope="row">
              <TimeText at={point.t} />
            </th>
            <td>
              <News2Mark news2={point} />{' '}
              {point.spo2_scale === 2 && <span className="muted small">{t('news2.scale', { scale: 2 })}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

export function Components({ components }: { components: News2Component[] }) {
  const { t, i18n } = useTranslation('patient');
  const { t: common } = useTranslation();
  const name = (part: News2Component) => (i18n.exists(`patient:part.${part.code}`) ? t(`part.${part.code}`) : part.name);
  const value = (part: News2Component) => {
    const key = [`acvpu.${part.value}`, `vitals.${part.value}`].find((one) => i18n.exists(`patient:${one}`));
    return key ? t(key) : formatWritten(part.value);
  };
  return (
    <table className="plain parts">
      <caption className="visually-hidden">{t('news2.parts')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('news2.part')}</th>
          <th scope="col">{t('news2.value')}</th>
          <th scope="col" className="end">
            {t('news2.score')}
          </th>
        </tr>
      </thead>
      <tbody>
        {components.map((part) => (
          <tr key={part.code + part.name} className={part.score === null ? 'part-missing' : `part-${part.score}`}>
            <th scope="row">{name(part)}</th>
            <td>{part.score === null ? <em>{common('not_measured')}</em> : value(part)}</td>
            <td className="end">{part.score === null ? '–' : <span className="part-score">{part.score}</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
