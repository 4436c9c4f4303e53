// The patient's newest ECG in the viewer; older ones by date.
import { Link } from '@tanstack/react-router';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudies } from '../../api/queries.ts';
import type { Patient, Study } from '../../api/types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { EcgView } from '../../ecg/ecg_view.tsx';
import { formatPartialDate } from '../../format/date.ts';
import { useLanguage } from '../../i18n.ts';

interface Recording {
  sop: string;
  study: Study;
}

function recordingsOf(studies: Study[]): Recording[] {
  return studies.flatMap((study) =>
    study.series
      .filter((series) => series.modality === 'ECG')
      .flatMap((series) => series.instances.map(({ sop }) => ({ sop, study }))),
  );
}

export function EcgTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('ecg');
  const query = useStudies(patient.id);
  return (
    <Loaded query={query} rows={8} empty={t('none')} isEmpty={(studies) => recordingsOf(studies).length === 0}>
      {(studies) => <Recordings recordings={recordingsOf(studies)} />}
    </Loaded>
  );
}

function Recordings({ recordings }: { recordings: Recording[] }) {
  const { t } = useTranslation('ecg');
  const language = useLanguage();
  const [chosen, setChosen] = useState(recordings[0].sop);
  const label = ({ study }: Recording) =>
    study.date
      ? `${formatPartialDate(study.date, language)} ${study.time?.slice(0, 5) ?? ''}`
      : study.description || study.uid;
  return (
    <div className="stack">
      <div className="panel-tools">
        <Select
          aria-label={t('choose')}
          value={chosen}
          onChange={setChosen}
          popupMatchSelectWidth={false}
          options={recordings.map((recording) => ({ value: recording.sop, label: label(recording) }))}
        />
        <span className="muted">{t('count', { count: recordings.length })}</span>
        <Link to="/ecg" search={{ sop: chosen }}>
          {t('open_alone')}
        </Link>
      </div>
      <EcgView sop={chosen} />
    </div>
  );
}
