// The picture of a series, asked for when it comes into sight; a sign with its modality for what has none.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idPath } from '../../api/client.ts';
import type { ArchivedSeries, StudyDetail } from '../../api/study_types.ts';

const size = 64;

export function Thumbnail({ study, series }: { study: StudyDetail; series: ArchivedSeries }) {
  const { t } = useTranslation('study');
  const [failed, setFailed] = useState(false);
  const name = series.description || t('no_description');
  // The pixels of a segmentation are no picture by themselves.
  if (failed || !series.picture || series.modality === 'SEG') {
    return (
      <span className="thumbnail thumbnail-none" role="img" aria-label={t('series.no_picture', { modality: series.modality })}>
        <span aria-hidden="true">{series.modality || '–'}</span>
      </span>
    );
  }
  return (
    <img
      className="thumbnail"
      loading="lazy"
      width={size}
      height={size}
      src={`/dicom-web/studies/${idPath(study.uid)}/series/${idPath(series.uid)}/thumbnail?viewport=${2 * size},${2 * size}`}
      alt={t('series.picture_of', { number: series.number || series.modality, description: name })}
      onError={() => setFailed(true)}
    />
  );
}
