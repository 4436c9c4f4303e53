// Clinical states as number + word + arrow; colour only repeats what the words say.
import { useTranslation } from 'react-i18next';
import type { Band, Flag, News2Short, Priority, ResultStatus, Trend } from '../api/types.ts';

type Tone = 'critical' | 'high' | 'medium' | 'low' | 'unknown';

const bandTone: Record<Band, Tone> = { low: 'low', low_medium: 'medium', medium: 'high', high: 'critical' };
const trendArrow: Record<Trend, string> = { rising: '▲', falling: '▼', steady: '▶', first: '' };
const flagArrow: Record<Flag, string> = { HH: '▲▲', H: '▲', L: '▼', LL: '▼▼', A: '!', AA: '!!', N: '', '': '' };
const flagTone: Record<Flag, Tone> = {
  HH: 'critical',
  LL: 'critical',
  AA: 'critical',
  H: 'high',
  L: 'high',
  A: 'high',
  N: 'low',
  '': 'unknown',
};
const priorityTone: Record<Priority, Tone> = { stat: 'critical', asap: 'high', urgent: 'high', routine: 'unknown' };

export const toneOfBand = (band: Band): Tone => bandTone[band];
export const toneOfFlag = (flag: Flag): Tone => flagTone[flag];

type ScoreLike = Pick<News2Short, 'score' | 'band' | 'trend' | 'complete'>;

// "10 ▲ High": for tables and lists.
export function News2Mark({ news2, words = true }: { news2: ScoreLike | null; words?: boolean }) {
  const { t } = useTranslation();
  if (!news2) return <span className="muted">{t('news2.none')}</span>;
  return (
    <span className={`news2 tone-${bandTone[news2.band]}`}>
      <span className="visually-hidden">NEWS2 </span>
      <span className="news2-score">
        {!news2.complete && (
          <span title={t('news2.incomplete')} aria-hidden="true">
            ≥
          </span>
        )}
        {news2.score}
      </span>
      {trendArrow[news2.trend] && (
        <span aria-hidden="true" className="news2-arrow">
          {trendArrow[news2.trend]}
        </span>
      )}
      {words && <span>{t(`band.${news2.band}`)}</span>}
      <span className="visually-hidden">
        {`, ${t(`trend.${news2.trend}`)}`}
        {!news2.complete && `, ${t('news2.incomplete')}`}
      </span>
    </span>
  );
}

// The large form of the banner.
export function News2Badge({ news2 }: { news2: ScoreLike }) {
  const { t } = useTranslation();
  return (
    <span className={`news2-badge tone-${bandTone[news2.band]}`}>
      <strong>
        {!news2.complete && <span aria-hidden="true">≥</span>}
        {news2.score} <span aria-hidden="true">{trendArrow[news2.trend]}</span>
      </strong>
      <span>
        {t(`band.${news2.band}`)} · {t(`trend.${news2.trend}`)}
        {!news2.complete && <em>{t('news2.incomplete')}</em>}
      </span>
    </span>
  );
}

export function FlagMark({ flag, quiet = false }: { flag: Flag; quiet?: boolean }) {
  const { t } = useTranslation();
  if (flag === '' || (quiet && flag === 'N')) return null;
  return (
    <span className={`flag tone-${flagTone[flag]}`}>
      {flagArrow[flag] && <span aria-hidden="true">{flagArrow[flag]}</span>} {t(`flag.${flag}`)}
    </span>
  );
}

export function PriorityTag({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  return <span className={`tag tag-${priority} tone-${priorityTone[priority]}`}>{t(`priority.${priority}`)}</span>;
}

const statusIcon: Record<ResultStatus, string> = { unread: '●', read: '○', accepted: '✓', edited: '✎', rejected: '✕' };

export function StatusMark({ status }: { status: ResultStatus }) {
  const { t } = useTranslation();
  return (
    <span className={`status status-${status}`}>
      <span aria-hidden="true">{statusIcon[status]}</span> {t(`status.${status}`)}
    </span>
  );
}

export function SyntheticTag() {
  const { t } = useTranslation();
  return (
    <span className="tag tag-synthetic" title={t('synthetic_text')}>
      {t('synthetic')}
    </span>
  );
}
