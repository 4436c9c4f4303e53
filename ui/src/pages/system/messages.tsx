// The last HL7 messages with their acknowledgement; the raw text for those who may read patient data.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMessage, useMessages } from '../../api/system_queries.ts';
import type { Ack, MessageDetail } from '../../api/system_types.ts';
import { Choice } from '../../components/choice.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatBytes } from '../../format/number.ts';

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
  const query = useMessages(search.outcome);
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
  return (
    <Panel title={t('messages')} extra={filter}>
      <Loaded query={query} rows={8} empty={t('no_messages')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ScrollTable label={t('messages')}>
            <caption className="visually-hidden">{t('messages')}</caption>
            <thead>
              <tr>
                {['at', 'type', 'control_id', 'sender', 'ack', 'error', 'size', 'raw'].map((column) => (
                  <th key={column} scope="col">
                    {t(`message.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={row.id}>
                  <td>
                    <TimeText at={row.at} />
                  </td>
                  <td className="mono">{row.type}</td>
                  <th scope="row" className="mono">
                    {row.control_id}
                  </th>
                  <td>{row.sender}</td>
                  <td>
                    <AckMark ack={row.ack} />
                  </td>
                  <td className="wrap">{row.error}</td>
                  <td>{formatBytes(row.size_bytes)}</td>
                  <td>
                    <Button size="small" onClick={() => setOpen(row.id)} aria-label={t('message.open', { id: row.control_id })}>
                      {t('message.show')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
        )}
      </Loaded>
      <RawMessage id={open} onClose={() => setOpen(null)} />
    </Panel>
  );
}

function RawMessage({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation('system');
  const { t: common } = useTranslation();
  const query = useMessage(id);
  return (
    <Modal
      open={id !== null}
      onCancel={onClose}
      footer={null}
      width={820}
      title={t('message.title')}
      closable={{ 'aria-label': common('close') }}
    >
      <Loaded query={query} rows={6}>
        {(message) => <RawText message={message} />}
      </Loaded>
    </Modal>
  );
}

function RawText({ message }: { message: MessageDetail }) {
  const { t } = useTranslation('system');
  return (
    <>
      <p>
        <span className="mono">{message.type}</span> · {message.sender} · <AckMark ack={message.ack} />
      </p>
      {message.error && <p className="tone-critical">{message.error}</p>}
      {message.raw === null ? (
        <p className="muted">{t('message.hidden')}</p>
      ) : (
        <pre className="raw" tabIndex={0} aria-label={t('message.raw')}>
          {message.raw}
        </pre>
      )}
    </>
  );
}
