// Parts of a study as text.
import { useTranslation } from 'react-i18next';
import type { ArchivedStudy } from '../../api/study_types.ts';
import { formatPartialDate } from '../../format/date.ts';
import { useLanguage } from '../../i18n.ts';

export function useStudyText() {
  const { t } = useTranslation('study');
  const language = useLanguage();
  return {
    when: (study: { date: string | null; time: string | null }) =>
      [study.date ? formatPartialDate(study.date, language) : t('no_date'), study.time?.slice(0, 5)]
        .filter(Boolean)
        .join(' '),
    nameInImages(study: ArchivedStudy) {
      const { name, name_local } = study.in_images;
      if (!name) return t('no_name');
      if (!name_local) return name;
      return language === 'zh' ? `${name_local} ${name}` : `${name} ${name_local}`;
    },
  };
}

export function Modalities({ study }: { study: ArchivedStudy }) {
  const { t } = useTranslation('study');
  if (study.modalities.length === 0) return <span className="muted">{t('no_modality')}</span>;
  return (
    <span className="modalities">
      {study.modalities.map((modality) => (
        <span key={modality} className="tag">
          {modality}
        </span>
      ))}
    </span>
  );
}

const marks = { received: '◔', complete: '✓', reopened: '↻', rejected: '✕', deleted: '✕', purged: '✕' } as const;
const tones = { received: 'unknown', complete: 'low', reopened: 'high', rejected: 'critical', deleted: 'critical', purged: 'unknown' } as const;

export function StateMark({ study }: { study: Pick<ArchivedStudy, 'state' | 'rejected' | 'deleted' | 'purged'> }) {
  const { t } = useTranslation('study');
  const state = study.purged ? 'purged' : study.deleted ? 'deleted' : study.rejected ? 'rejected' : study.state;
  return (
    <span className={`flag tone-${tones[state]}`}>
      <span aria-hidden="true">{marks[state]}</span> {t(`state.${state}`)}
    </span>
  );
}

// Who the images say it is, for a study whose patient has no record.
export function ImagesSay({ study }: { study: ArchivedStudy }) {
  const text = useStudyText();
  const { t } = useTranslation('study');
  return (
    <span className="patient-cell">
      <span className="patient-cell-name">{text.nameInImages(study)}</span>
      <span className="muted small">{t('no_record')}</span>
    </span>
  );
}
