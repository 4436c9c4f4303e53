// Custody: how far the stored files were read again and compared with their receipts, and what was found damaged.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCustody, type Custody as State, type Damage } from '../../api/archive_queries.ts';
import { useMay } from '../../api/session.tsx';
import { useSystem } from '../../api/system_queries.ts';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Empty, Loaded } from '../../components/page_states.tsx';
import { Fact, Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';

export function Custody() {
  const { t } = useTranslation('archive');
  const query = useCustody();
  return (
    <div className="stack">
      <Panel title={t('custody.title')}>
        <p className="muted">{t('custody.text')}</p>
        <Loaded query={query} rows={3}>
          {(state) => <Progress state={state} />}
        </Loaded>
      </Panel>
      <Panel title={t('custody.damage')}>
        <Loaded query={query} rows={3}>
          {(state) => (state.items.length === 0 ? <Empty>{t('custody.none')}</Empty> : <Damages items={state.items} />)}
        </Loaded>
      </Panel>
    </div>
  );
}

function Progress({ state }: { state: State }) {
  const { t } = useTranslation('archive');
  const all = useSystem().data?.counts.instances;
  return (
    <dl className="facts">
      <Fact label={t('custody.now')}>
        {state.damaged === 0 && state.checked === 0 && !state.last_pass_checked ? (
          t('custody.nothing')
        ) : (
          <span className={`flag tone-${state.damaged ? 'critical' : 'low'}`}>
            <span aria-hidden="true">{state.damaged ? '✕' : '✓'}</span>{' '}
            {state.damaged ? t('custody.damaged', { count: state.damaged }) : t('custody.whole')}
          </span>
        )}
      </Fact>
      <Fact label={t('custody.pass')} wide>
        {state.pass_started_at ? (
          <>
            {all !== undefined && (
              <progress className="progress" aria-label={t('custody.pass')} max={Math.max(all, state.checked)} value={state.checked} />
            )}{' '}
            {t('custody.checked', { count: state.checked, all: all ?? '–' })} · {t('custody.since')}{' '}
            <TimeText at={state.pass_started_at} form="full" />
          </>
        ) : (
          t('custody.resting')
        )}
      </Fact>
      <Fact label={t('custody.last')}>
        {state.last_pass_finished_at ? (
          <>
            <TimeText at={state.last_pass_finished_at} form="full" /> ·{' '}
            {t('custody.read', { count: state.last_pass_checked })}
          </>
        ) : (
          t('custody.never')
        )}
      </Fact>
      <Fact label={t('custody.passes')}>{state.passes}</Fact>
    </dl>
  );
}

function Damages({ items }: { items: Damage[] }) {
  const { t } = useTranslation('archive');
  const may = useMay();
  const columns: Column<Damage>[] = [
    { key: 'found', name: t('custody.found'), cell: (row) => <TimeText at={row.found_at} form="full" /> },
    {
      key: 'state',
      name: t('custody.state'),
      cell: (row) => (
        <span className={`flag tone-${row.healed_at ? 'low' : 'critical'}`}>
          <span aria-hidden="true">{row.healed_at ? '✓' : '✕'}</span>{' '}
          {t(row.healed_at ? 'custody.healed' : `custody.${row.kind}`)}
        </span>
      ),
    },
    { key: 'sop', name: t('custody.sop'), className: 'mono small', isRowName: true, cell: (row) => row.sop_instance },
    {
      key: 'study',
      name: t('custody.study'),
      className: 'mono small',
      cell: (row) =>
        may('read_clinical') ? (
          <Link to="/study" search={{ uid: row.study }}>
            {row.study}
          </Link>
        ) : (
          row.study
        ),
    },
    { key: 'seen', name: t('custody.seen'), cell: (row) => <TimeText at={row.healed_at ?? row.seen_at} form="full" /> },
  ];
  return <DataTable label={t('custody.damage')} rows={items} columns={columns} rowKey={(row) => row.sop_instance} />;
}
