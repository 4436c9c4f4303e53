// What a search found, page by page, with what was included; below it, when asked, the plan by which it was answered.
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resourcesOf, useFhirPlan, useFhirSearch } from '../../api/fhir_queries.ts';
import type { Resource } from '../../api/fhir_types.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Failure, Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { summaryOf } from '../../format/resource.ts';
import { JsonText } from './json_text.tsx';

export function Matches({ type, query }: { type: string; query: string }) {
  const { t } = useTranslation('record');
  const search = useFhirSearch(type, query);
  const [explained, setExplained] = useState(false);
  const pages = search.data?.pages ?? [];
  const found = pages.flatMap((page) => resourcesOf(page));
  const included = pages.flatMap((page) => resourcesOf(page, 'include'));
  const total = pages[0]?.total;
  if (search.error) return <Failure error={search.error} retry={() => void search.refetch()} />;
  return (
    <>
      <Panel
        title={total === undefined ? t('matches.title') : t('matches.total', { count: total })}
        extra={
          <Button size="small" aria-expanded={explained} onClick={() => setExplained(!explained)}>
            {t('matches.explain')}
          </Button>
        }
      >
        {explained && <Plan type={type} query={query} />}
        <div aria-busy={search.isFetching}>
          <Loaded query={search} rows={8}>
            {() => (found.length === 0 ? <p className="empty">{t('matches.none')}</p> : <Table rows={found} />)}
          </Loaded>
        </div>
        {search.hasNextPage && (
          <div className="table-more">
            <Button loading={search.isFetchingNextPage} onClick={() => void search.fetchNextPage()}>
              {t('matches.more')}
            </Button>
          </div>
        )}
      </Panel>
      {included.length > 0 && (
        <Panel title={t('matches.included', { count: included.length })}>
          <Table rows={included} />
        </Panel>
      )}
    </>
  );
}

function Table({ rows }: { rows: Resource[] }) {
  const { t } = useTranslation('record');
  return (
    <DataTable<Resource>
      label={t('matches.title')}
      rows={rows}
      rowKey={(row) => `${row.resourceType}/${row.id}`}
      columns={[
        {
          key: 'id',
          name: t('matches.resource'),
          isRowName: true,
          className: 'mono',
          cell: (row) => (
            <Link to="/record" search={(old) => ({ ...old, open: `${row.resourceType}/${row.id}`, view: undefined })}>
              {row.resourceType}/{row.id}
            </Link>
          ),
        },
        { key: 'summary', name: t('matches.summary'), className: 'wrap', cell: (row) => summaryOf(row) },
        { key: 'version', name: t('matches.version'), cell: (row) => row.meta?.versionId },
        {
          key: 'updated',
          name: t('matches.updated'),
          cell: (row) => row.meta?.lastUpdated && <TimeText at={row.meta.lastUpdated} />,
        },
      ]}
    />
  );
}

function Plan({ type, query }: { type: string; query: string }) {
  const { t } = useTranslation('record');
  const plan = useFhirPlan(type, query, true);
  return (
    <Panel title={t('matches.plan')} level={3} className="record-plan">
      <Loaded query={plan} rows={3} empty={t('matches.no_plan')} isEmpty={(lines) => lines.length === 0}>
        {(outcomes) => outcomes.map((outcome, index) => <PlanText key={index} outcome={outcome} />)}
      </Loaded>
    </Panel>
  );
}

function PlanText({ outcome }: { outcome: Resource }) {
  const { t } = useTranslation('record');
  const issues = outcome.issue as { diagnostics?: string; details?: { text?: string } }[] | undefined;
  const lines = issues?.map((issue) => issue.diagnostics ?? issue.details?.text).filter((line) => line !== undefined);
  if (lines?.length) return <pre className="raw">{lines.join('\n')}</pre>;
  return <JsonText label={t('matches.plan')} resource={outcome} />;
}
