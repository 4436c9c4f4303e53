// People and their roles, for administrators: add, new password, disable.
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.tsx';
import { useCreateUser, useSetDisabled, useSetPassword, useUsers, type NewUser } from '../api/system_queries.ts';
import type { User } from '../api/system_types.ts';
import type { Role } from '../api/types.ts';
import { DataTable, type Column } from '../components/data_table.tsx';
import { Failure, Loaded } from '../components/page_states.tsx';
import { usePageTitle } from '../components/page_title.ts';
import { Panel } from '../components/panel.tsx';
import { RegistryPanel } from './consent/registry.tsx';

const roles: Role[] = ['clinician', 'nurse', 'administrator', 'auditor', 'integration'];
const shortestPassword = 12;

export function UsersPage() {
  const { t } = useTranslation('admin');
  usePageTitle(t('users.title'));
  const query = useUsers();
  const [adding, setAdding] = useState(false);
  const [passwordFor, setPasswordFor] = useState<User | null>(null);
  return (
    <div className="page stack">
      <div className="page-head">
        <h1 className="page-title">{t('users.title')}</h1>
        <div className="page-head-end">
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('users.add')}
          </Button>
        </div>
      </div>
      <Panel title={t('users.list')}>
        <Loaded query={query} rows={5}>
          {(users) => <UserTable users={users} onPassword={setPasswordFor} />}
        </Loaded>
      </Panel>
      <RegistryPanel />
      {adding && <AddUser onClose={() => setAdding(false)} />}
      {passwordFor && <NewPassword user={passwordFor} onClose={() => setPasswordFor(null)} />}
    </div>
  );
}

function UserTable({ users, onPassword }: { users: User[]; onPassword: (user: User) => void }) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const { session } = useSession();
  const disable = useSetDisabled();
  const columns: Column<User>[] = [
    { key: 'name', name: t('users.name'), className: 'mono', isRowName: true, cell: (user) => user.name },
    {
      key: 'display',
      name: t('users.display'),
      cell: (user) => (
        <>
          {user.display} {user.demo && <span className="tag tag-synthetic">{t('users.demo')}</span>}
        </>
      ),
    },
    { key: 'role', name: t('users.role'), cell: (user) => common(`role.${user.role}`) },
    {
      key: 'state',
      name: t('users.state'),
      cell: (user) => (user.disabled ? <em>{t('users.disabled')}</em> : t('users.active')),
    },
    {
      key: 'actions',
      name: t('users.actions'),
      cell: (user) => (
        <span className="actions">
          <Button size="small" onClick={() => onPassword(user)} aria-label={t('users.password_of', { name: user.name })}>
            {t('users.new_password')}
          </Button>
          <Button
            size="small"
            disabled={user.id === session?.user.id}
            aria-label={t(user.disabled ? 'users.enable_this' : 'users.disable_this', { name: user.name })}
            onClick={() => disable.mutate({ id: user.id, disabled: !user.disabled })}
          >
            {t(user.disabled ? 'users.enable' : 'users.disable')}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      {disable.error && <Failure error={disable.error} />}
      <DataTable label={t('users.list')} rows={users} columns={columns} />
    </>
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const create = useCreateUser();
  const [form] = Form.useForm<NewUser>();
  const needed = (name: string) => [{ required: true, message: t(`users.${name}_needed`) }];
  return (
    <Modal
      open
      title={t('users.add')}
      okText={t('users.create')}
      cancelText={common('cancel')}
      confirmLoading={create.isPending}
      closable={{ 'aria-label': common('close') }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {create.error && <Failure error={create.error} />}
      <Form<NewUser>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: 'clinician' }}
        onFinish={(user) =>
          create.mutate(user, {
            onSuccess: () => {
              void message.success(t('users.created'));
              onClose();
            },
          })
        }
      >
        <Form.Item name="name" label={t('users.name')} rules={needed('name')}>
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="display" label={t('users.display')} rules={needed('display')}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t('users.role')}>
          <Select options={roles.map((role) => ({ value: role, label: common(`role.${role}`) }))} />
        </Form.Item>
        <PasswordItem />
      </Form>
    </Modal>
  );
}

function PasswordItem() {
  const { t } = useTranslation('admin');
  return (
    <Form.Item
      name="password"
      label={t('users.password')}
      rules={[{ required: true, min: shortestPassword, message: t('users.password_short', { count: shortestPassword }) }]}
    >
      <Input.Password autoComplete="new-password" />
    </Form.Item>
  );
}

function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const change = useSetPassword();
  const [form] = Form.useForm<{ password: string }>();
  return (
    <Modal
      open
      title={t('users.password_of', { name: user.name })}
      okText={t('users.save')}
      cancelText={common('cancel')}
      confirmLoading={change.isPending}
      closable={{ 'aria-label': common('close') }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {change.error && <Failure error={change.error} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ password }) =>
          change.mutate(
            { id: user.id, password },
            {
              onSuccess: () => {
                void message.success(t('users.saved'));
                onClose();
              },
            },
          )
        }
      >
        <PasswordItem />
      </Form>
    </Modal>
  );
}
