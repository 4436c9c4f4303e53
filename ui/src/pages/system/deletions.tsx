// What was deleted from the archive, until when it can be taken back; deleting by UID, and holding a study.
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeletionAct, useDeletions, type Deletion, type DeletionAct } from '../../api/archive_queries.ts';
import type { Column } from '../../components/data_table.tsx';
import { Failure } from '../../components/page_states.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatBytes } from '../../format/number.ts';
import { RecordPanel } from './record_panel.tsx';

interface Asked {
  verb: DeletionAct['verb'];
  id?: number;
}

const levelOf = (row: Deletion) => (row.instance ? 'instance' : row.series ? 'series' : 'study');
const uidOf = (row: Deletion) => row.instance ?? row.series ?? row.study;

export function Deletions() {
  const { t } = useTranslation('archive');
  const [asked, setAsked] = useState<Asked | null>(null);
  const now = Date.now();
  const columns: Column<Deletion>[] = [
    { key: 'at', name: t('deletion.at'), cell: (row) => <TimeText at={row.at} form="full" /> },
    {
      key: 'what',
      name: t('deletion.what'),
      isRowName: true,
      className: 'wrap',
      cell: (row) => (
        <>
          {t(`deletion.level_${levelOf(row)}`)} <span className="mono small">{uidOf(row)}</span>
        </>
      ),
    },
    { key: 'instances', name: t('deletion.instances'), className: 'end', cell: (row) => row.instances },
    { key: 'size', name: t('deletion.size'), className: 'end', cell: (row) => formatBytes(row.size_bytes) },
    { key: 'who', name: t('deletion.who'), cell: (row) => row.who },
    { key: 'why', name: t('deletion.why'), className: 'wrap', cell: (row) => row.why },
    { key: 'state', name: t('deletion.state'), cell: (row) => <State row={row} /> },
    {
      key: 'action',
      name: t('deletion.action'),
      cell: (row) =>
        !row.recovered_at && !row.purged_at && Date.parse(row.purge_at) > now ? (
          <Button
            size="small"
            onClick={() => setAsked({ verb: 'recover', id: row.id })}
            aria-label={t('deletion.recover_this', { uid: uidOf(row) })}
          >
            {t('deletion.recover')}
          </Button>
        ) : (
          '–'
        ),
    },
  ];
  return (
    <RecordPanel
      title={t('deletion.heading')}
      text={t('deletion.text')}
      extra={
        <span className="actions">
          <Button onClick={() => setAsked({ verb: 'hold' })}>{t('deletion.hold')}</Button>
          <Button onClick={() => setAsked({ verb: 'release' })}>{t('deletion.release')}</Button>
          <Button danger onClick={() => setAsked({ verb: 'add' })}>
            {t('deletion.add')}
          </Button>
        </span>
      }
      query={useDeletions()}
      none={t('deletion.none')}
      columns={columns}
      rowKey={(row) => String(row.id)}
    >
      {asked && <Ask asked={asked} onClose={() => setAsked(null)} />}
    </RecordPanel>
  );
}

function State({ row }: { row: Deletion }) {
  const { t } = useTranslation('archive');
  const [name, at] = row.purged_at
    ? ['purged', row.purged_at]
    : row.recovered_at
      ? ['recovered', row.recovered_at]
      : ['until', row.purge_at];
  return (
    <>
      {t(`deletion.${name}`)} <TimeText at={at} form="full" />
    </>
  );
}

interface Fields {
  study: string;
  series?: string;
  instance?: string;
  reason: string;
}

function Ask({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const { t } = useTranslation('archive');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const act = useDeletionAct();
  const [form] = Form.useForm<Fields>();
  const { verb, id } = asked;
  const uid = { pattern: /^[0-9.]{1,64}$/, message: t('deletion.a_uid') };
  const needed = { required: true, whitespace: true, message: t('deletion.needed') };
  const send = ({ study, series, instance, reason }: Fields) => {
    const why = reason.trim();
    const change: DeletionAct =
      verb === 'recover'
        ? { verb, id: id ?? 0, reason: why }
        : verb === 'add'
          ? { verb, study, series: series || undefined, instance: instance || undefined, reason: why }
          : { verb, study, reason: why };
    act.mutate(change, {
      onSuccess: () => {
        void message.success(t('deletion.done'));
        onClose();
      },
    });
  };
  return (
    <Modal
      open
      title={t(`deletion.${verb}`)}
      okText={t(`deletion.${verb}`)}
      okButtonProps={{ danger: verb === 'add' }}
      cancelText={common('cancel')}
      confirmLoading={act.isPending}
      closable={{ 'aria-label': common('close') }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {act.error && <Failure error={act.error} />}
      <p>{t(`deletion.${verb}_text`)}</p>
      <Form<Fields> form={form} layout="vertical" requiredMark={false} onFinish={send}>
        {verb !== 'recover' && (
          <Form.Item name="study" label={t('deletion.study')} rules={[needed, uid]}>
            <Input className="mono" maxLength={64} />
          </Form.Item>
        )}
        {verb === 'add' && (
          <>
            <Form.Item name="series" label={t('deletion.series')} rules={[uid]}>
              <Input className="mono" maxLength={64} />
            </Form.Item>
            <Form.Item name="instance" label={t('deletion.instance')} rules={[uid]}>
              <Input className="mono" maxLength={64} />
            </Form.Item>
          </>
        )}
        <Form.Item name="reason" label={t('deletion.reason')} rules={[needed]}>
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
