// The DICOM application entities that are known: where they are, what they may do, whether they answer.
import { App, Button, Checkbox, Form, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  peerRights,
  useEchoPeer,
  usePeers,
  useRemovePeer,
  useSavePeer,
  type Peer,
} from '../../api/archive_queries.ts';
import { useMay } from '../../api/session.tsx';
import type { Column } from '../../components/data_table.tsx';
import { Failure } from '../../components/page_states.tsx';
import { RecordPanel } from './record_panel.tsx';

const fresh: Peer = {
  ae_title: '',
  host: '',
  port: 104,
  tls: false,
  may: ['store', 'find'],
  send_results: false,
  ask_commitment: false,
  description: '',
};

export function Peers() {
  const { t } = useTranslation('archive');
  const may = useMay();
  const [edited, setEdited] = useState<Peer | null>(null);
  const columns: Column<Peer>[] = [
    { key: 'title', name: t('peer.title'), className: 'mono', isRowName: true, cell: (peer) => peer.ae_title },
    {
      key: 'address',
      name: t('peer.address'),
      className: 'mono',
      cell: (peer) => `${peer.host}:${peer.port}${peer.tls ? ' TLS' : ''}`,
    },
    {
      key: 'may',
      name: t('peer.may'),
      className: 'wrap',
      cell: (peer) => peer.may.map((right) => t(`right.${right}`)).join(', ') || t('peer.nothing'),
    },
    {
      key: 'gets',
      name: t('peer.also'),
      className: 'wrap',
      cell: (peer) =>
        [peer.send_results && t('peer.send_results'), peer.ask_commitment && t('peer.ask_commitment')]
          .filter(Boolean)
          .join(', ') || '–',
    },
    { key: 'description', name: t('peer.description'), className: 'wrap', cell: (peer) => peer.description || '–' },
  ];
  if (may('operate_system')) {
    columns.push({ key: 'action', name: t('peer.action'), cell: (peer) => <Actions peer={peer} onEdit={() => setEdited(peer)} /> });
  }
  return (
    <RecordPanel
      title={t('peer.heading')}
      text={t('peer.text')}
      extra={may('operate_system') && <Button onClick={() => setEdited(fresh)}>{t('peer.add')}</Button>}
      query={usePeers()}
      none={t('peer.none')}
      columns={columns}
      rowKey={(peer) => peer.ae_title}
    >
      {edited && <Edit peer={edited} onClose={() => setEdited(null)} />}
    </RecordPanel>
  );
}

function Actions({ peer, onEdit }: { peer: Peer; onEdit: () => void }) {
  const { t } = useTranslation('archive');
  const { t: common } = useTranslation();
  const { modal, message } = App.useApp();
  const echo = useEchoPeer();
  const remove = useRemovePeer();
  const title = peer.ae_title;
  const sure = () =>
    modal.confirm({
      title: t('peer.sure', { title }),
      okText: t('peer.remove'),
      cancelText: common('cancel'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync(title).then(() => void message.success(t('peer.removed'))),
    });
  return (
    <span className="actions">
      <Button size="small" loading={echo.isPending} onClick={() => echo.mutate(title)} aria-label={t('peer.echo_this', { title })}>
        {t('peer.echo')}
      </Button>
      <Button size="small" onClick={onEdit} aria-label={t('peer.edit_this', { title })}>
        {t('peer.edit')}
      </Button>
      <Button size="small" danger onClick={() => void sure()} aria-label={t('peer.remove_this', { title })}>
        {t('peer.remove')}
      </Button>
      <span role="status">
        {echo.data && (
          <span className={`flag tone-${echo.data.answered ? 'low' : 'critical'}`}>
            <span aria-hidden="true">{echo.data.answered ? '✓' : '✕'}</span>{' '}
            {echo.data.answered ? t('peer.answered', { ms: echo.data.took_ms }) : t('peer.silent')}
          </span>
        )}
        {(echo.error ?? remove.error) && <Failure error={echo.error ?? remove.error} />}
      </span>
    </span>
  );
}

function Edit({ peer, onClose }: { peer: Peer; onClose: () => void }) {
  const { t } = useTranslation('archive');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const save = useSavePeer();
  const [form] = Form.useForm<Peer>();
  const isNew = peer.ae_title === '';
  const needed = [{ required: true, message: t('peer.needed') }];
  return (
    <Modal
      open
      title={isNew ? t('peer.add') : t('peer.edit_this', { title: peer.ae_title })}
      okText={t('peer.save')}
      cancelText={common('cancel')}
      confirmLoading={save.isPending}
      closable={{ 'aria-label': common('close') }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {save.error && <Failure error={save.error} />}
      <Form<Peer>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={peer}
        onFinish={(changed) =>
          save.mutate(
            { ...peer, ...changed },
            {
              onSuccess: () => {
                void message.success(t('peer.saved'));
                onClose();
              },
            },
          )
        }
      >
        <Form.Item name="ae_title" label={t('peer.title')} rules={needed}>
          <Input disabled={!isNew} maxLength={16} autoCapitalize="characters" spellCheck={false} />
        </Form.Item>
        <Form.Item name="host" label={t('peer.host')} rules={needed}>
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name="port" label={t('peer.port')} rules={needed}>
          <InputNumber min={1} max={65535} />
        </Form.Item>
        <Form.Item name="may" label={t('peer.may')}>
          <Checkbox.Group options={peerRights.map((value) => ({ value, label: t(`right.${value}`) }))} />
        </Form.Item>
        {(['tls', 'send_results', 'ask_commitment'] as const).map((name) => (
          <Form.Item key={name} name={name} valuePropName="checked" noStyle>
            <Checkbox>{t(`peer.${name}`)}</Checkbox>
          </Form.Item>
        ))}
        <Form.Item name="description" label={t('peer.description')}>
          <Input maxLength={120} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
