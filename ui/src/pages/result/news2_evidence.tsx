// How a NEWS2 score came about: each parameter with its value, time and points; a missing one with the reason.
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatQuantity } from '../../format/number.ts';
import { useLanguage, useText, type Text } from '../../i18n.ts';

interface Part {
  parameter: string;
  name: Text;
  value: number | string | null;
  unit: string;
  score: number | null;
  at: string | null;
  reason: string;
  reason_zh: string;
}
interface Evidence {
  scale?: number;
  components: Part[];
  caveats?: Text[];
  credit?: string;
}

function read(evidence: Record<string, unknown>): Evidence | undefined {
  const news2 = evidence.news2 as Partial<Evidence> | undefined;
  return news2 && Array.isArray(news2.components) ? (news2 as Evidence) : undefined;
}

export function News2Evidence({ evidence }: { evidence: Record<string, unknown> }) {
  const { t, i18n } = useTranslation('patient');
  const { t: common } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const news2 = read(evidence);
  if (!news2) return null;
  const value = (part: Part) => {
    if (part.value === null) return '';
    for (const key of [`acvpu.${part.value}`, `vitals.${part.value}`]) {
      if (typeof part.value === 'string' && i18n.exists(`patient:${key}`)) return t(key);
    }
    return formatQuantity(part.value, part.unit);
  };
  return (
    <Panel title={t('news2.parts')} extra={news2.scale ? <span className="muted">{t('news2.scale', { scale: news2.scale })}</span> : null}>
      <ScrollTable label={t('news2.parts')} className="parts">
        <caption className="visually-hidden">{t('news2.parts')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('news2.part')}</th>
            <th scope="col">{t('news2.value')}</th>
            <th scope="col">{t('time')}</th>
            <th scope="col" className="end">
              {t('news2.score')}
            </th>
          </tr>
        </thead>
        <tbody>
          {news2.components.map((part) => (
            <tr key={part.parameter} className={part.score === null ? 'part-missing' : `part-${part.score}`}>
              <th scope="row">{text(part.name)}</th>
              <td>
                {value(part)}
                {part.score === null && (
                  <em>
                    {' '}
                    {(language === 'zh' ? part.reason_zh : part.reason) || common('not_measured')}
                  </em>
                )}
              </td>
              <td>{part.at && <TimeText at={part.at} />}</td>
              <td className="end">{part.score === null ? '–' : <span className="part-score">{part.score}</span>}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      {news2.caveats?.map((caveat) => (
        <p key={text(caveat)} className="caveat">
          {text(caveat)}
        </p>
      ))}
      {news2.credit && <p className="muted small">{news2.credit}</p>}
    </Panel>
  );
}
