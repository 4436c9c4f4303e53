// Jobs that failed for good; those who operate the system may run them again.
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useDeadLetters, useReplay } from '../../api/system_queries.ts';
import type { DeadLetter } from '../../api/system_types.ts';
import type { Column } from '../../components/data_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { RecordPanel } from './record_panel.tsx';

export function DeadLetters() {
  const { t } = useTranslation('system');
  const may = useMay();
  const { message } = App.useApp();
  const replay = useReplay();
  const columns: Column<DeadLetter>[] = [
    { key: 'died_at', name: t('dead.died_at'), cell: (row) => <TimeText at={row.died_at} /> },
    { key: 'queue', name: t('dead.queue'), className: 'mono', cell: (row) => row.queue },
    { key: 'key', name: t('dead.key'), className: 'mono wrap', isRowName: true, cell: (row) => row.key },
    { key: 'error', name: t('dead.error'), className: 'wrap', cell: (row) => row.error },
    { key: 'attempts', name: t('dead.attempts'), cell: (row) => row.attempts },
  ];
  if (may('operate_system')) {
    columns.push({
      key: 'action',
      name: t('dead.action'),
      cell: (row) => (
        <Button
          size="small"
          loading={replay.isPending && replay.variables === row.id}
          aria-label={t('dead.replay_this', { key: row.key })}
          onClick={() => replay.mutate(row.id, { onSuccess: () => void message.success(t('dead.replayed')) })}
        >
          {t('dead.replay')}
        </Button>
      ),
    });
  }
  return (
    <RecordPanel
      title={t('tab.dead')}
      text={t('dead.text')}
      query={useDeadLetters()}
      none={t('dead.none')}
      columns={columns}
      failure={replay.error}
    />
  );
}
