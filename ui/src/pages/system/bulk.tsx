// Bulk data: exports and imports with how far they are; ending one removes its files.
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useBulkJobs, useCancelBulkJob, type BulkJob } from '../../api/bulk_queries.ts';
import { useMay } from '../../api/session.tsx';
import type { Column } from '../../components/data_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { RecordPanel } from './record_panel.tsx';

const marks = { running: '…', done: '✓', failed: '✕', cancelled: '–' } as const;

export function Bulk() {
  const { t } = useTranslation('system');
  const { t: common } = useTranslation();
  const { modal } = App.useApp();
  const may = useMay();
  const cancel = useCancelBulkJob();
  const ask = (job: BulkJob) =>
    modal.confirm({
      title: t('bulk.cancel'),
      content: t('bulk.cancel_text'),
      okText: t('bulk.cancel'),
      okButtonProps: { danger: true },
      cancelText: common('close'),
      onOk: () => cancel.mutateAsync(job.id).catch(() => undefined), // the panel shows why not
    });
  const columns: Column<BulkJob>[] = [
    { key: 'created', name: t('bulk.created'), cell: (row) => <TimeText at={row.created_at} form="full" /> },
    { key: 'kind', name: t('bulk.kind'), isRowName: true, cell: (row) => t(`bulk.${row.kind}`) },
    {
      key: 'state',
      name: t('bulk.state'),
      cell: (row) => (
        <span className={`flag tone-${row.state === 'failed' ? 'critical' : 'low'}`}>
          <span aria-hidden="true">{marks[row.state]}</span> {t(`bulk.${row.state}`)}
        </span>
      ),
    },
    { key: 'progress', name: t('bulk.progress'), className: 'wrap', cell: (row) => row.error ?? row.progress },
    { key: 'resources', name: t('bulk.resources'), className: 'end', cell: (row) => row.resources },
    { key: 'refused', name: t('bulk.refused'), className: 'end', cell: (row) => row.refused },
    { key: 'who', name: t('bulk.who'), cell: (row) => row.who },
    { key: 'expires', name: t('bulk.expires'), cell: (row) => (row.expires_at ? <TimeText at={row.expires_at} form="full" /> : '–') },
    {
      key: 'action',
      name: t('bulk.action'),
      cell: (row) =>
        may('operate_system') ? (
          <Button size="small" danger onClick={() => ask(row)} aria-label={t('bulk.cancel_this', { id: row.id })}>
            {t('bulk.cancel')}
          </Button>
        ) : (
          '–'
        ),
    },
  ];
  return (
    <RecordPanel
      title={t('bulk.title')}
      text={t('bulk.text')}
      query={useBulkJobs()}
      none={t('bulk.none')}
      columns={columns}
      rowKey={(row) => row.id}
      failure={cancel.error}
    />
  );
}
