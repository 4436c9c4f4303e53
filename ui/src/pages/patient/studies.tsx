// Images and signals of the patient: an ECG opens on paper, everything in the image viewer.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStudies } from '../../api/queries.ts';
import type { Patient, Study } from '../../api/types.ts';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ViewerLink } from '../../components/viewer_link.tsx';
import { formatPartialDate } from '../../format/date.ts';
import { useLanguage } from '../../i18n.ts';

const ecgSop = (study: Study) => study.series.find((series) => series.modality === 'ECG')?.instances[0]?.sop;

export function StudiesTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const language = useLanguage();
  const query = useStudies(patient.id);
  const columns: Column<Study>[] = [
    {
      key: 'date',
      name: t('studies.date'),
      isRowName: true,
      cell: (study) => (
        <Link to="/study" search={{ uid: study.uid }}>
          {study.date ? formatPartialDate(study.date, language) : t('studies.no_date')} {study.time?.slice(0, 5)}
        </Link>
      ),
    },
    { key: 'modality', name: t('studies.modality'), cell: (study) => study.modality },
    {
      key: 'description',
      name: t('studies.description'),
      cell: (study) => study.description || <span className="muted">{t('studies.no_description')}</span>,
    },
    {
      key: 'accession',
      name: t('studies.accession'),
      className: 'mono',
      cell: (study) => study.accession || <span className="muted">–</span>,
    },
    { key: 'instances', name: t('studies.instances'), cell: (study) => study.instances },
    {
      key: 'open',
      name: t('studies.open'),
      cell: (study) => {
        const sop = ecgSop(study);
        return (
          <span className="row-links">
            {sop && (
              <Link to="/ecg" search={{ sop }}>
                {t('studies.open_ecg')}
              </Link>
            )}
            <ViewerLink study={study.uid} />
          </span>
        );
      },
    },
  ];
  return (
    <Panel title={t('studies.title')}>
      <Loaded query={query} rows={4} empty={t('studies.none')} isEmpty={(items) => items.length === 0}>
        {(studies) => (
          <DataTable label={t('studies.title')} rows={studies} rowKey={(study) => study.uid} columns={columns} />
        )}
      </Loaded>
      <p className="muted panel-note">{t('studies.viewer_note')}</p>
    </Panel>
  );
}
