import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArchivedStudy } from '../../api/study_types.ts';
import { DataTable } from '../../components/data_table.tsx';
import { PatientCell } from '../../components/patient_text.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { ImagesSay, Modalities, StateMark, useStudyText } from '../study/study_text.tsx';

export function StudyTable(props: { studies: ArchivedStudy[]; filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation('study');
  const text = useStudyText();
  if (props.studies.length === 0) {
    return (
      <div className="empty">
        <p>{t(props.filtered ? 'list.none_match' : 'list.none')}</p>
        {props.filtered && <Button onClick={props.onClear}>{t('filter.clear')}</Button>}
      </div>
    );
  }
  const cells: [string, (study: ArchivedStudy) => ReactNode][] = [
    [
      'date',
      (study) => (
        <Link to="/study" search={{ uid: study.uid }} data-row-link="" className="finding-link">
          {text.when(study)}
        </Link>
      ),
    ],
    [
      'patient',
      (study) =>
        study.patient ? (
          <Link to="/patients/$id" params={{ id: study.patient.id }} className="quiet-link">
            <PatientCell patient={study.patient} />
          </Link>
        ) : (
          <ImagesSay study={study} />
        ),
    ],
    ['id', (study) => <span className="mono">{study.in_images.id || <span className="muted">–</span>}</span>],
    ['modality', (study) => <Modalities study={study} />],
    [
      'description',
      (study) => study.description || <span className="muted">{t('no_description')}</span>,
    ],
    ['accession', (study) => <span className="mono">{study.accession || <span className="muted">–</span>}</span>],
    ['images', (study) => `${study.series_count} / ${study.instances}`],
    ['state', (study) => <StateMark study={study} />],
    ['received', (study) => <TimeText at={study.last_received_at} />],
  ];
  return (
    <DataTable
      form="rows"
      className="study-table"
      label={t('list.title')}
      rows={props.studies}
      rowKey={(study) => study.uid}
      columns={cells.map(([key, cell]) => ({ key, name: t(`list.column_${key}`), cell }))}
    />
  );
}
