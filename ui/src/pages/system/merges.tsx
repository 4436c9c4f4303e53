// Patients that were merged; a merge can be undone.
import { App, Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useMerges, useUndoMerge } from '../../api/system_queries.ts';
import type { MergeRow } from '../../api/system_types.ts';
import type { Column } from '../../components/data_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { RecordPanel } from './record_panel.tsx';

function PatientName({ name, id }: { name: string | null; id: string }) {
  return (
    <>
      {name} <span className="mono muted small">{id}</span>
    </>
  );
}

export function Merges() {
  const { t } = useTranslation('system');
  const { t: common } = useTranslation();
  const may = useMay();
  const { message } = App.useApp();
  const undo = useUndoMerge();
  const state = (row: MergeRow) => {
    if (row.undone) return t('merge.undone');
    if (!may('operate_system')) return t('merge.done');
    return (
      <Popconfirm
        title={t('merge.sure')}
        okText={t('merge.separate')}
        cancelText={common('cancel')}
        onConfirm={() => undo.mutate(row.id, { onSuccess: () => void message.success(t('merge.separated')) })}
      >
        <Button
          size="small"
          loading={undo.isPending && undo.variables === row.id}
          aria-label={t('merge.undo_this', { survivor: row.survivor_name ?? row.survivor })}
        >
          {t('merge.undo')}
        </Button>
      </Popconfirm>
    );
  };
  const columns: Column<MergeRow>[] = [
    { key: 'at', name: t('merge.at'), cell: (row) => <TimeText at={row.at} /> },
    {
      key: 'survivor',
      name: t('merge.survivor'),
      isRowName: true,
      cell: (row) => <PatientName name={row.survivor_name} id={row.survivor} />,
    },
    { key: 'merged', name: t('merge.merged'), cell: (row) => <PatientName name={row.merged_name} id={row.merged} /> },
    { key: 'who', name: t('merge.who'), cell: (row) => row.who },
    { key: 'state', name: t('merge.state'), cell: state },
  ];
  return (
    <RecordPanel
      title={t('tab.merges')}
      text={t('merge.text')}
      query={useMerges()}
      none={t('merge.none')}
      columns={columns}
      failure={undo.error}
    />
  );
}
