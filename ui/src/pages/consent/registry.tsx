// Applications that may ask for access: register one, see what they may at most be given, remove one.
import { App, Button, Checkbox, Form, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useAddApplication,
  useApplications,
  useRemoveApplication,
  type Application,
  type NewApplication,
} from '../../api/application_queries.ts';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Failure, Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';

export function RegistryPanel() {
  const { t } = useTranslation('consent');
  const query = useApplications();
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      title={t('registry.title')}
      extra={
        <Button size="small" onClick={() => setAdding(true)}>
          {t('registry.add')}
        </Button>
      }
    >
      <p className="muted">{t('registry.text')}</p>
      <Loaded query={query} rows={2}>
        {(applications) =>
          applications.length === 0 ? (
            <p className="empty">{t('registry.none')}</p>
          ) : (
            <ApplicationTable applications={applications} />
          )
        }
      </Loaded>
      {adding && <AddApplication onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function ApplicationTable({ applications }: { applications: Application[] }) {
  const { t } = useTranslation('consent');
  const { t: common } = useTranslation();
  const remove = useRemoveApplication();
  const columns: Column<Application>[] = [
    { key: 'id', name: t('registry.id'), className: 'mono', isRowName: true, cell: (one) => one.id },
    { key: 'name', name: t('registry.name'), cell: (one) => one.name },
    { key: 'proof', name: t('registry.proof'), cell: (one) => t(`registry.proof_of.${one.proof}`) },
    { key: 'scopes', name: t('registry.scopes'), className: 'mono', cell: (one) => one.scopes },
    {
      key: 'actions',
      name: t('registry.actions'),
      cell: (one) => (
        <Popconfirm
          title={t('registry.remove_sure')}
          okText={t('registry.remove')}
          cancelText={common('cancel')}
          onConfirm={() => remove.mutate(one.id)}
        >
          <Button size="small" aria-label={t('registry.remove_this', { name: one.name })}>
            {t('registry.remove')}
          </Button>
        </Popconfirm>
      ),
    },
  ];
  return (
    <>
      {remove.error && <Failure error={remove.error} />}
      <DataTable label={t('registry.title')} rows={applications} columns={columns} />
    </>
  );
}

interface Fields {
  id: string;
  name: string;
  scopes: string;
  redirect_uris?: string;
  launch_uri?: string;
  jwks?: string;
  jwks_uri?: string;
  secret?: boolean;
}

const toApplication = (fields: Fields): NewApplication => ({
  id: fields.id,
  name: fields.name,
  scopes: fields.scopes,
  redirect_uris: (fields.redirect_uris ?? '').split('\n').map((line) => line.trim()).filter(Boolean),
  launch_uri: fields.launch_uri ?? '',
  jwks: fields.jwks ?? '',
  jwks_uri: fields.jwks_uri ?? '',
  secret: Boolean(fields.secret),
});

function AddApplication({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('consent');
  const { t: common } = useTranslation();
  const { modal } = App.useApp();
  const add = useAddApplication();
  const [form] = Form.useForm<Fields>();
  const needed = [{ required: true, message: t('registry.needed') }];
  const submit = (fields: Fields) =>
    add.mutate(toApplication(fields), {
      onSuccess: ({ id, secret }) => {
        onClose();
        if (secret) modal.info({ title: t('registry.secret', { id }), content: <code className="mono">{secret}</code> });
      },
    });
  return (
    <Modal
      open
      title={t('registry.add')}
      okText={t('registry.add')}
      cancelText={common('cancel')}
      confirmLoading={add.isPending}
      closable={{ 'aria-label': common('close') }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {add.error && <Failure error={add.error} />}
      <Form<Fields> form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item name="id" label={t('registry.id')} rules={needed}>
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="name" label={t('registry.name')} rules={needed}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="scopes" label={t('registry.scopes')} rules={needed}>
          <Input.TextArea rows={2} className="mono" placeholder="launch/patient openid fhirUser patient/*.rs" />
        </Form.Item>
        <Form.Item name="redirect_uris" label={t('registry.redirect_uris')}>
          <Input.TextArea rows={2} className="mono" />
        </Form.Item>
        <Form.Item name="launch_uri" label={t('registry.launch_uri')}>
          <Input className="mono" />
        </Form.Item>
        <Form.Item name="jwks" label={t('registry.jwks')}>
          <Input.TextArea rows={2} className="mono" />
        </Form.Item>
        <Form.Item name="jwks_uri" label={t('registry.jwks_uri')}>
          <Input className="mono" />
        </Form.Item>
        <Form.Item name="secret" valuePropName="checked">
          <Checkbox>{t('registry.make_secret')}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}
