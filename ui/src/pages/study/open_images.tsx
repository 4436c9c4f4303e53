// What opens the pixels or the samples of a study. An ECG has its viewer here.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { StudyDetail } from '../../api/study_types.ts';

export function OpenImages({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const ecg = study.series.find((series) => series.modality === 'ECG');
  if (!ecg) return null;
  return (
    <Link to="/ecg" search={{ sop: ecg.first_sop }} className="button-link">
      {t('open_ecg')}
    </Link>
  );
}
