// An application asks for access: what it wants in plain words, which patient, agree or refuse.
import { useSearch } from '@tanstack/react-router';
import { Alert, Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAsked, useDecide, type Asked } from '../../api/application_queries.ts';
import { usePatient, usePatients } from '../../api/queries.ts';
import type { PatientRef } from '../../api/types.ts';
import { FilterText } from '../../components/filter_text.tsx';
import { Loaded, useErrorText } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { Panel } from '../../components/panel.tsx';
import { PatientCell, usePatientText } from '../../components/patient_text.tsx';
import { wordsOf } from './scope_words.ts';
import '../../styles/consent.css';

export function ConsentPage() {
  const { t } = useTranslation('consent');
  usePageTitle(t('title'));
  const { request } = useSearch({ from: '/authorize' }) as { request?: string };
  const query = useAsked(request ?? '');
  return (
    <div className="page stack">
      <h1 className="page-title">{t('title')}</h1>
      <Loaded query={query} rows={6}>
        {(asked) => <Question id={request ?? ''} asked={asked} />}
      </Loaded>
    </div>
  );
}

// Without these the rest means nothing: they cannot be left out one by one.
const fixed = (scope: string) => !scope.includes('/') || scope.startsWith('launch');

function Question({ id, asked }: { id: string; asked: Asked }) {
  const { t } = useTranslation('consent');
  const say = useErrorText();
  const [left, setLeft] = useState<string[]>([]);
  const [patient, setPatient] = useState<string | null>(asked.patient);
  const decide = useDecide(id);
  const scopes = asked.scopes.filter((scope) => !left.includes(scope));
  const missing = asked.needs_patient && !patient;
  const toggle = (scope: string) =>
    setLeft((old) => (old.includes(scope) ? old.filter((one) => one !== scope) : [...old, scope]));
  return (
    <>
      <p>{t('intro', { name: asked.client.name, address: asked.goes_to })}</p>
      {asked.needs_patient &&
        (asked.patient ? (
          <GivenPatient id={asked.patient} />
        ) : (
          <ChoosePatient chosen={patient} onChoose={setPatient} />
        ))}
      <Panel title={t('wants')}>
        <ul className="consent-list">
          {asked.scopes.map((scope) => (
            <li key={scope}>
              <ScopeLine scope={scope} agreed={!left.includes(scope)} onToggle={() => toggle(scope)} />
            </li>
          ))}
        </ul>
      </Panel>
      {decide.error && <Alert type="error" showIcon title={say(decide.error)} />}
      <div className="actions">
        <Button
          type="primary"
          size="large"
          disabled={missing}
          loading={decide.isPending}
          onClick={() => decide.mutate({ approve: true, patient, scopes })}
        >
          {t('agree')}
        </Button>
        <Button
          size="large"
          disabled={decide.isPending}
          onClick={() => decide.mutate({ approve: false, patient: null, scopes: [] })}
        >
          {t('refuse')}
        </Button>
        {missing && <span className="muted">{t('patient_needed')}</span>}
      </div>
    </>
  );
}

function ScopeLine({ scope, agreed, onToggle }: { scope: string; agreed: boolean; onToggle: () => void }) {
  const { t } = useTranslation('consent');
  const words = wordsOf(scope, t);
  const text = (
    <>
      {words.changes ? <strong>{words.what}</strong> : words.what}
      {words.narrower.length > 0 && <> {t('only', { what: words.narrower.join(', ') })}</>}{' '}
      <span className="muted small mono">{scope}</span>
    </>
  );
  if (fixed(scope)) return <span>{text}</span>;
  return (
    <Checkbox checked={agreed} onChange={onToggle}>
      {text}
    </Checkbox>
  );
}

function GivenPatient({ id }: { id: string }) {
  const { t } = useTranslation('consent');
  const query = usePatient(id);
  return (
    <Panel title={t('patient')}>
      <Loaded query={query} rows={1}>
        {(patient) => <PatientCell patient={patient} />}
      </Loaded>
    </Panel>
  );
}

function ChoosePatient({ chosen, onChoose }: { chosen: string | null; onChoose: (id: string) => void }) {
  const { t } = useTranslation('consent');
  const text = usePatientText();
  const [q, setQ] = useState<string | undefined>();
  const query = usePatients({ q, status: 'all', sort: 'name' });
  const patients: PatientRef[] = query.data?.pages[0]?.items ?? [];
  return (
    <Panel title={t('choose_patient')}>
      <div className="filters" role="search" aria-label={t('choose_patient')}>
        <FilterText label={t('search')} isSearch value={q ?? ''} onChange={setQ} />
      </div>
      <div role="radiogroup" aria-label={t('choose_patient')} className="consent-list">
        {patients.slice(0, 20).map((patient) => (
          <label key={patient.id} className="consent-choice">
            <input
              type="radio"
              name="patient"
              checked={chosen === patient.id}
              onChange={() => onChoose(patient.id)}
              aria-label={`${text.name(patient)} ${text.mrn(patient)}`}
            />
            <PatientCell patient={patient} />
          </label>
        ))}
      </div>
      {query.isSuccess && patients.length === 0 && <p className="empty">{t('no_patient')}</p>}
    </Panel>
  );
}
