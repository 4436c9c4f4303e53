// The HL7 messages with their acknowledgement, newest first; each opens as it came, with what it became.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMessages } from '../../api/system_queries.ts';
import type { Ack, MessageRow } from '../../api/system_types.ts';
import { Choice } from '../../components/choice.tsx';
import type { Column } from '../../components/data_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatBytes } from '../../format/number.ts';
import { MessageView } from './message_view.tsx';
import { RecordPanel } from './record_panel.tsx';

const outcomes = ['all', 'AA', 'AE', 'AR'];

export function AckMark({ ack }: { ack: Ack }) {
  const { t } = useTranslation('system');
  const tone = ack === 'AA' ? 'low' : ack === 'AE' ? 'high' : 'critical';
  return (
    <span className={`flag tone-${tone}`}>
      <span className="mono">{ack}</span> {t(`ack.${ack}`)}
    </span>
  );
}

export function Messages() {
  const { t } = useTranslation('system');
  const search = useSearch({ from: '/system' });
  const navigate = useNavigate({ from: '/system' });
  const [open, setOpen] = useState<string | null>(null);
  const messages = useMessages(search.outcome);
  const filter = (
    <Choice
      label={t('outcome')}
      value={search.outcome ?? 'all'}
      onChange={(value) =>
        void navigate({ search: () => ({ tab: 'messages', ...(value === 'all' ? {} : { outcome: value }) }), replace: true })
      }
      options={outcomes.map((value) => ({ value, text: t(`outcome_${value}`) }))}
    />
  );
  const columns: Column<MessageRow>[] = [
    { key: 'at', name: t('message.at'), cell: (row) => <TimeText at={row.at} /> },
    { key: 'type', name: t('message.type'), className: 'mono', cell: (row) => row.type },
    { key: 'control_id', name: t('message.control_id'), className: 'mono', isRowName: true, cell: (row) => row.control_id },
    { key: 'sender', name: t('message.sender'), cell: (row) => row.sender },
    { key: 'ack', name: t('message.ack'), cell: (row) => <AckMark ack={row.ack} /> },
    { key: 'error', name: t('message.error'), className: 'wrap', cell: (row) => row.error },
    { key: 'size', name: t('message.size'), cell: (row) => formatBytes(row.size_bytes) },
    {
      key: 'raw',
      name: t('message.raw'),
      cell: (row) => (
        <Button size="small" onClick={() => setOpen(row.id)} aria-label={t('message.open', { id: row.control_id })}>
          {t('message.show')}
        </Button>
      ),
    },
  ];
  return (
    <RecordPanel
      title={t('messages')}
      extra={filter}
      query={{ ...messages, data: messages.data?.pages.flatMap((page) => page.items) }}
      none={t('no_messages')}
      columns={columns}
    >
      {messages.hasNextPage && (
        <div className="table-more">
          <Button loading={messages.isFetchingNextPage} onClick={() => void messages.fetchNextPage()}>
            {t('message.more')}
          </Button>
        </div>
      )}
      <MessageView id={open} onOpen={setOpen} />
    </RecordPanel>
  );
}
