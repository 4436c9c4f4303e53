// Present patients by ward, the highest NEWS2 first. The filter is the address.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePatients, useWards, type PatientFilter } from '../api/queries.ts';
import type { PatientListItem } from '../api/types.ts';
import { Choice } from '../components/choice.tsx';
import { DataTable } from '../components/data_table.tsx';
import { FilterText } from '../components/filter_text.tsx';
import { News2Mark } from '../components/marks.tsx';
import { usePageTitle } from '../components/page_title.ts';
import { Loaded } from '../components/page_states.tsx';
import { PatientCell, usePatientText } from '../components/patient_text.tsx';
import { TimeText } from '../components/time_text.tsx';

export function PatientsPage() {
  const { t } = useTranslation('patient');
  usePageTitle(t('list.title'));
  const filter = useSearch({ from: '/patients' }) as PatientFilter;
  const navigate = useNavigate({ from: '/patients' });
  const query = usePatients(filter);
  const patients = query.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (next: PatientFilter) => void navigate({ search: () => ({ ...filter, ...next }), replace: true });
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="page-title">{t('list.title')}</h1>
        {query.data && <span className="muted">{t('list.total', { count: query.data.pages[0].total })}</span>}
      </div>
      <WardChips chosen={filter.ward} onChoose={(ward) => set({ ward })} />
      <div className="filters" role="search" aria-label={t('list.filter')}>
        <FilterText
          label={t('list.search')}
          hint={t('list.search_hint')}
          isSearch
          value={filter.q ?? ''}
          onChange={(q) => set({ q })}
        />
        <Choice
          label={t('list.sort')}
          value={filter.sort ?? 'news2'}
          onChange={(sort) => set({ sort: sort === 'news2' ? undefined : sort })}
          options={['news2', 'name', 'ward'].map((value) => ({ value, text: t(`list.sort_${value}`) }))}
        />
        <Choice
          label={t('list.status')}
          value={filter.status ?? (filter.q ? 'all' : 'present')}
          onChange={(status) => set({ status })}
          options={['present', 'all'].map((value) => ({ value, text: t(`list.status_${value}`) }))}
        />
      </div>
      <div className="panel" aria-busy={query.isFetching}>
        <Loaded query={query} rows={10}>
          {() => (patients.length === 0 ? <p className="empty">{t('list.none')}</p> : <PatientTable patients={patients} />)}
        </Loaded>
        {query.hasNextPage && (
          <div className="table-more">
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('list.more')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function WardChips({ chosen, onChoose }: { chosen?: string; onChoose: (ward: string | undefined) => void }) {
  const { t } = useTranslation('patient');
  const wards = useWards();
  if (!wards.data || wards.data.length === 0) return null;
  return (
    <div className="wards" role="group" aria-label={t('list.wards')}>
      <button type="button" className="ward" aria-pressed={!chosen} onClick={() => onChoose(undefined)}>
        <strong>{t('list.all_wards')}</strong>
        <span>{t('list.ward_patients', { count: wards.data.reduce((sum, ward) => sum + ward.patients, 0) })}</span>
      </button>
      {wards.data.map((ward) => (
        <button
          key={ward.name}
          type="button"
          className="ward"
          aria-pressed={chosen === ward.name}
          onClick={() => onChoose(chosen === ward.name ? undefined : ward.name)}
        >
          <strong>{ward.name}</strong>
          <span>
            {t('list.ward_patients', { count: ward.patients })}
            {ward.unread > 0 && ` · ${t('list.ward_unread', { count: ward.unread })}`}
          </span>
        </button>
      ))}
    </div>
  );
}

function PatientTable({ patients }: { patients: PatientListItem[] }) {
  const { t } = useTranslation('patient');
  const text = usePatientText();
  const cells: [string, (patient: PatientListItem) => ReactNode][] = [
    ['news2', (patient) => <News2Mark news2={patient.news2} />],
    [
      'patient',
      (patient) => (
        <Link to="/patients/$id" params={{ id: patient.id }} className="quiet-link">
          <PatientCell patient={patient} />
        </Link>
      ),
    ],
    ['place', text.place],
    ['born', text.born],
    [
      'unread',
      ({ unread }) =>
        unread > 0 ? (
          <strong>{t('list.unread_results', { count: unread })}</strong>
        ) : (
          <span className="muted">{t('list.unread_none')}</span>
        ),
    ],
    [
      'admitted',
      ({ admitted }) => (admitted ? <TimeText at={admitted} /> : <span className="muted">{text.unknown}</span>),
    ],
  ];
  return (
    <DataTable
      form="rows"
      className="patient-table"
      label={t('list.title')}
      rows={patients}
      columns={cells.map(([key, cell]) => ({ key, name: t(`list.column_${key}`), cell }))}
    />
  );
}
