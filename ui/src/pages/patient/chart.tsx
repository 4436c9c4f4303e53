// The patient's record by subject: problems, medication, allergies, encounters, procedures, immunizations, documents; all
// institutions together or one of them. Each entry leads to the resource it stands for.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePatientResources } from '../../api/fhir_queries.ts';
import type { CodeableConcept, Period, Resource } from '../../api/fhir_types.ts';
import type { Patient } from '../../api/types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatPartialDate } from '../../format/date.ts';
import { institutionOf } from '../../format/institution.ts';
import { conceptText, titleOf, whenOf } from '../../format/resource.ts';
import { useLanguage } from '../../i18n.ts';
import { Institutions } from './institutions.tsx';

const subjects = [
  { key: 'problems', type: 'Condition' },
  { key: 'medication', type: 'MedicationRequest' },
  { key: 'allergies', type: 'AllergyIntolerance' },
  { key: 'encounters', type: 'Encounter' },
  { key: 'procedures', type: 'Procedure' },
  { key: 'immunizations', type: 'Immunization' },
  { key: 'reports', type: 'DiagnosticReport' },
  { key: 'documents', type: 'DocumentReference' },
] as const;

export function ChartTab({ patient }: { patient: Patient }) {
  return (
    <div className="chart-grid">
      {subjects.map((subject) => (
        <Subject key={subject.key} name={subject.key} type={subject.type} patient={patient} />
      ))}
    </div>
  );
}

const byTime = (a: Resource, b: Resource) => (whenOf(b) ?? '').localeCompare(whenOf(a) ?? '');

function Subject({ name, type, patient }: { name: string; type: string; patient: Patient }) {
  const { t } = useTranslation('patient');
  const [institution, setInstitution] = useState('');
  const query = usePatientResources(type, patient.id);
  return (
    <Panel title={t(`chart.${name}`)} extra={query.data && <span className="muted">{query.data.total}</span>}>
      <Loaded query={query} rows={3} empty={t('chart.none')} isEmpty={(found) => found.items.length === 0}>
        {(found) => (
          <>
            <Institutions resources={found.items} chosen={institution} onChoose={setInstitution} />
            <ul className="chart-list">
              {found.items
                .filter((one) => !institution || institutionOf(one) === institution)
                .sort(byTime)
                .map((one) => (
                  <Entry key={one.id} resource={one} />
                ))}
            </ul>
            {found.total > found.items.length && (
              <p className="muted panel-note">{t('chart.more', { count: found.items.length, total: found.total })}</p>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function statusOf(resource: Resource): string {
  const clinical = conceptText(resource.clinicalStatus as CodeableConcept | undefined);
  return clinical || (typeof resource.status === 'string' ? resource.status : '');
}

function Entry({ resource }: { resource: Resource }) {
  const { t } = useTranslation('patient');
  const language = useLanguage();
  const when = whenOf(resource);
  const end = (resource.period as Period | undefined)?.end;
  const institution = institutionOf(resource);
  return (
    <li>
      <span className="chart-when muted">
        {when ? formatPartialDate(when, language) : t('chart.undated')}
        {end && end.slice(0, 10) !== when?.slice(0, 10) && ` – ${formatPartialDate(end, language)}`}
      </span>
      <span className="wrap">
        <Link to="/record" search={{ open: `${resource.resourceType}/${resource.id}` }}>
          {titleOf(resource) || `${resource.resourceType}/${resource.id}`}
        </Link>{' '}
        <span className="muted small">{[statusOf(resource), institution].filter(Boolean).join(' · ')}</span>
      </span>
    </li>
  );
}
