// A dialog before an act on patient data: what will happen, and why the person does it. The reason is kept with the act.
// The children may hold fields of the form; their values come with the reason.
import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from './page_states.tsx';

export function AskReason(props: {
  title: string;
  ok?: string; // the title unless said
  danger?: boolean;
  pending: boolean;
  error: Error | null;
  onClose: () => void;
  initial?: Record<string, string>;
  onReason: (reason: string, values: Record<string, string | undefined>) => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Record<string, string | undefined>>();
  return (
    <Modal
      open
      title={props.title}
      okText={props.ok ?? props.title}
      okButtonProps={{ danger: props.danger }}
      cancelText={t('cancel')}
      confirmLoading={props.pending}
      closable={{ 'aria-label': t('close') }}
      onCancel={props.onClose}
      onOk={() => form.submit()}
    >
      {props.error && <Failure error={props.error} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={props.initial}
        onFinish={({ reason, ...values }) => props.onReason((reason ?? '').trim(), values)}
      >
        {props.children}
        <Form.Item
          name="reason"
          label={t('reason.label')}
          rules={[{ required: true, whitespace: true, message: t('reason.needed') }]}
        >
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
