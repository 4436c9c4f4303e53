// Vital signs: for each the latest value with its flag beside its course; the same numbers as a table.
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Series, VitalPoint, Vitals } from '../../api/types.ts';
import { Chart } from '../../charts/chart.tsx';
import { palettes } from '../../charts/palette.ts';
import { Choice } from '../../components/choice.tsx';
import { FlagMark, toneOfFlag } from '../../components/marks.tsx';
import { usePhrase } from '../../components/phrases.ts';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatShort } from '../../format/date.ts';
import { formatNumber, formatUnit } from '../../format/number.ts';
import { useLanguage, useText } from '../../i18n.ts';
import { useTheme } from '../../theme/mode.tsx';
import { stripOption } from './vitals_chart.ts';
import { latestOf, loinc, otherSeries, stripsOf, tableOf, type Strip } from './vitals_model.ts';

export function VitalsPanelBody({ vitals }: { vitals: Vitals }) {
  const { t } = useTranslation('patient');
  const [view, setView] = useState<'chart' | 'table'>('chart');
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
        {view === 'chart' && <span className="muted small">{t('vitals.band')}</span>}
      </div>
      {view === 'chart' ? <Strips vitals={vitals} /> : <VitalsTable vitals={vitals} />}
    </>
  );
}

function Strips({ vitals }: { vitals: Vitals }) {
  const strips = useMemo(() => stripsOf(vitals), [vitals]);
  return (
    <div className="strips">
      {strips.map((strip, index) => (
        <StripRow key={strip.key} strip={strip} vitals={vitals} last={index === strips.length - 1} />
      ))}
      <div className="strip-others">
        {otherSeries(vitals).map((series) => (
          <OtherSeries key={series.code} series={series} />
        ))}
      </div>
    </div>
  );
}

function StripRow({ strip, vitals, last }: { strip: Strip; vitals: Vitals; last: boolean }) {
  const { t } = useTranslation('patient');
  const { scheme } = useTheme();
  const text = useText();
  const language = useLanguage();
  const option = useMemo(
    () => stripOption(strip, vitals, palettes[scheme], { last, name: text, time: (at) => formatShort(at, language) }),
    [strip, vitals, scheme, last, language],
  );
  const name = strip.series.length > 1 ? t('vitals.blood_pressure') : text(strip.series[0].name);
  return (
    <div className="strip">
      <div className="strip-value">
        <div className="strip-name">{name}</div>
        {strip.series.length > 1 && (
          <div className="strip-legend">
            {strip.series.map((series, index) => (
              <span key={series.code} className={`legend-${index}`}>
                <span aria-hidden="true">{index === 0 ? '●' : '◆'}</span> {t(`vitals.short_${series.code}`)}
              </span>
            ))}
          </div>
        )}
        <LatestValue strip={strip} />
      </div>
      <Chart option={option} height={last ? 92 : 72} group="vitals" summary={summarise(strip, name, t)} />
    </div>
  );
}

type Translate = (key: string, values: Record<string, unknown>) => string;

function summarise(strip: Strip, name: string, t: Translate): string {
  const values = strip.series[0].points.flatMap((point) => (point.value === null ? [] : [point.value]));
  return t('vitals.summary', {
    name,
    count: values.length,
    low: formatNumber(Math.min(...values), strip.digits),
    high: formatNumber(Math.max(...values), strip.digits),
    latest: formatNumber(values.at(-1) ?? NaN, strip.digits),
    unit: formatUnit(strip.series[0].unit),
  });
}

const worst = (points: (VitalPoint | undefined)[]) =>
  points.find((p) => p && ['HH', 'LL', 'AA'].includes(p.flag)) ?? points.find((p) => p && !['', 'N'].includes(p.flag));

function LatestValue({ strip }: { strip: Strip }) {
  const points = strip.series.map(latestOf);
  const flagged = worst(points);
  const shown = points
    .map((point) => (point?.value === null || point === undefined ? '–' : formatNumber(point.value, strip.digits)))
    .join('/');
  return (
    <>
      <div className={`strip-number ${flagged ? `tone-${toneOfFlag(flagged.flag)}` : ''}`}>
        <strong>{shown}</strong> <span className="unit">{formatUnit(strip.series[0].unit)}</span>
      </div>
      <div className="strip-note">
        {flagged && <FlagMark flag={flagged.flag} quiet />} {points[0] && <TimeText at={points[0].t} />}
      </div>
    </>
  );
}

function usePointText() {
  const { t, i18n } = useTranslation('patient');
  const phrase = usePhrase();
  return (series: Series, point: VitalPoint): string => {
    if (point.text) {
      const key = `acvpu.${point.text}`;
      return i18n.exists(`patient:${key}`) ? t(key) : phrase(point.text);
    }
    if (point.value === null) return t('vitals.missing');
    if (series.code === loinc.oxygen && point.value === 0) return t('vitals.air');
    return `${formatNumber(point.value)} ${formatUnit(series.unit)}`.trim();
  };
}

function OtherSeries({ series }: { series: Series }) {
  const text = useText();
  const say = usePointText();
  const point = latestOf(series);
  if (!point) return null;
  return (
    <div className="strip-other">
      <div className="strip-name">{text(series.name)}</div>
      <div className="strip-text">
        <strong>{say(series, point)}</strong> <FlagMark flag={point.flag} quiet />
      </div>
      <div className="strip-note">
        <TimeText at={point.t} />
      </div>
    </div>
  );
}

const mostRows = 200;

function VitalsTable({ vitals }: { vitals: Vitals }) {
  const { t } = useTranslation('patient');
  const text = useText();
  const say = usePointText();
  const rows = useMemo(() => tableOf(vitals), [vitals]);
  return (
    <ScrollTable label={t('vitals.table')} className="numbers tall">
      <caption className="visually-hidden">{t('vitals.table')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('time')}</th>
          {vitals.series.map((series) => (
            <th key={series.code} scope="col">
              {text(series.name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, mostRows).map((row) => (
          <tr key={row.t}>
            <th scope="row">
              <TimeText at={row.t} />
            </th>
            {vitals.series.map((series, column) => {
              const point = row.cells[column];
              return (
                <td key={series.code}>
                  {point ? say(series, point) : <span className="muted">–</span>}
                  {point && ' '}
                  {point && <FlagMark flag={point.flag} quiet />}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
