// Images and signals of the patient; an ECG opens in the viewer.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStudies } from '../../api/queries.ts';
import type { Patient, Study } from '../../api/types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { formatPartialDate } from '../../format/date.ts';
import { useLanguage } from '../../i18n.ts';

const ecgSop = (study: Study) => study.series.find((series) => series.modality === 'ECG')?.instances[0]?.sop;

export function StudiesTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const language = useLanguage();
  const query = useStudies(patient.id);
  return (
    <Panel title={t('studies.title')}>
      <Loaded query={query} rows={4} empty={t('studies.none')} isEmpty={(items) => items.length === 0}>
        {(studies) => (
          <ScrollTable label={t('studies.title')}>
            <caption className="visually-hidden">{t('studies.title')}</caption>
            <thead>
              <tr>
                {['date', 'modality', 'description', 'accession', 'instances', 'open'].map((column) => (
                  <th key={column} scope="col">
                    {t(`studies.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {studies.map((study) => {
                const sop = ecgSop(study);
                return (
                  <tr key={study.uid}>
                    <th scope="row">
                      {study.date ? formatPartialDate(study.date, language) : t('studies.no_date')} {study.time?.slice(0, 5)}
                    </th>
                    <td>{study.modality}</td>
                    <td>{study.description || <span className="muted">{t('studies.no_description')}</span>}</td>
                    <td className="mono">{study.accession || <span className="muted">–</span>}</td>
                    <td>{study.instances}</td>
                    <td>
                      {sop ? (
                        <Link to="/ecg" search={{ sop }}>
                          {t('studies.open_ecg')}
                        </Link>
                      ) : (
                        <span className="muted">{t('studies.no_viewer')}</span>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </ScrollTable>
        )}
      </Loaded>
    </Panel>
  );
}
