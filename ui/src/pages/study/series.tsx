// The series of a study; the receipts of one of them are shown below it, its UID is in the address.
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSeriesInstances } from '../../api/study_queries.ts';
import type { ArchivedInstance, ArchivedSeries, StudyDetail } from '../../api/study_types.ts';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Digest } from '../../components/digest.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatBytes } from '../../format/number.ts';
import { ReceiptModal } from './receipt.tsx';
import { Thumbnail } from './thumbnail.tsx';

export function SeriesPanel({ study, open }: { study: StudyDetail; open?: string }) {
  const { t } = useTranslation('study');
  const opened = study.series.find((series) => series.uid === open);
  const dash = <span className="muted">–</span>;
  const columns: Column<ArchivedSeries>[] = [
    { key: 'picture', name: t('series.picture'), cell: (series) => <Thumbnail study={study} series={series} /> },
    { key: 'number', name: t('series.number'), isRowName: true, cell: (series) => series.number || dash },
    { key: 'modality', name: t('series.modality'), cell: (series) => series.modality },
    {
      key: 'description',
      name: t('series.description'),
      className: 'wrap',
      cell: (series) => series.description || <span className="muted">{t('no_description')}</span>,
    },
    { key: 'body_part', name: t('series.body_part'), cell: (series) => series.body_part || dash },
    { key: 'protocol', name: t('series.protocol'), cell: (series) => series.protocol || dash },
    { key: 'station', name: t('series.station'), cell: (series) => series.station || dash },
    { key: 'instances', name: t('series.instances'), className: 'end', cell: (series) => series.instances },
    {
      key: 'receipts',
      name: t('series.receipts'),
      cell: (series) => (
        <Link
          to="/study"
          search={{ uid: study.uid, series: series.uid === open ? undefined : series.uid }}
          replace
          resetScroll={false}
          aria-label={t(series.uid === open ? 'series.hide_of' : 'series.show_of', { number: series.number || series.modality })}
        >
          {t(series.uid === open ? 'series.hide' : 'series.show')}
        </Link>
      ),
    },
  ];
  return (
    <>
      <Panel title={t('series.title', { count: study.series.length })}>
        <DataTable label={t('series.caption')} rows={study.series} columns={columns} rowKey={(series) => series.uid} />
      </Panel>
      {opened && <Receipts key={opened.uid} study={study} series={opened} />}
    </>
  );
}

function Receipts({ study, series }: { study: StudyDetail; series: ArchivedSeries }) {
  const { t } = useTranslation('study');
  const query = useSeriesInstances(study.uid, series.uid);
  const [proving, setProving] = useState<string | null>(null);
  const columns: Column<ArchivedInstance>[] = [
    { key: 'number', name: t('receipt.number'), cell: (row) => row.number || '–' },
    { key: 'sop', name: t('receipt.sop'), className: 'mono small', isRowName: true, cell: (row) => row.sop },
    { key: 'frames', name: t('receipt.frames'), className: 'end', cell: (row) => row.frames },
    { key: 'size', name: t('receipt.size'), className: 'end', cell: (row) => formatBytes(row.size_bytes) },
    { key: 'digest', name: t('receipt.digest'), cell: (row) => <Digest value={row.sha256} /> },
    { key: 'at', name: t('receipt.at'), cell: (row) => <TimeText at={row.received_at} form="full" /> },
    {
      key: 'sender',
      name: t('receipt.sender'),
      cell: (row) => (
        <>
          {row.sender} {row.called_ae && <span className="muted small">→ {row.called_ae}</span>}
        </>
      ),
    },
    { key: 'state', name: t('receipt.state'), cell: (row) => <StoredMark row={row} /> },
    {
      key: 'proof',
      name: t('receipt.leaf'),
      cell: (row) => (
        <span className="actions">
          {row.audit_leaf}
          <Button
            size="small"
            onClick={() => setProving(row.sop)}
            aria-label={t('receipt.proof_of', { sop: row.sop, leaf: row.audit_leaf })}
          >
            {t('receipt.proof')}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Panel title={t('receipt.title', { series: series.description || series.number || series.modality })}>
      <p className="muted">{t('receipt.text')}</p>
      <Loaded query={query} rows={4}>
        {(data) => (
          <DataTable
            label={t('receipt.caption')}
            rows={data.pages.flatMap((page) => page.items)}
            columns={columns}
            rowKey={(row) => row.sop}
          />
        )}
      </Loaded>
      {query.hasNextPage && (
        <div className="table-more">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('receipt.more')}
          </Button>
        </div>
      )}
      <ReceiptModal sop={proving} onClose={() => setProving(null)} />
    </Panel>
  );
}

export function StoredMark({ row }: { row: Pick<ArchivedInstance, 'damage' | 'deleted_at' | 'purged_at'> }) {
  const { t } = useTranslation('study');
  const state = row.purged_at ? 'purged' : row.deleted_at ? 'deleted' : (row.damage ?? 'whole');
  const tone = state === 'whole' ? 'low' : row.deleted_at ? 'unknown' : 'critical';
  return (
    <span className={`flag tone-${tone}`}>
      <span aria-hidden="true">{state === 'whole' ? '✓' : '✕'}</span> {t(`stored.${state}`)}
    </span>
  );
}
