// What opens the pixels or the samples of a study: the image viewer, and for an ECG its own page here.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { StudyDetail } from '../../api/study_types.ts';
import { ViewerLink } from '../../components/viewer_link.tsx';

export function OpenImages({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const ecg = study.series.find((series) => series.modality === 'ECG');
  return (
    <>
      {ecg && (
        <Link to="/ecg" search={{ sop: ecg.first_sop }} className="button-link">
          {t('open_ecg')}
        </Link>
      )}
      <ViewerLink study={study.uid} className="button-link" />
    </>
  );
}
