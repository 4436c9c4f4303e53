// What a person may do with a study; each act asks why, and is kept in its history.
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useStudyAct } from '../../api/study_queries.ts';
import type { StudyDetail, StudyVerb } from '../../api/study_types.ts';
import { Failure } from '../../components/page_states.tsx';

export function StudyActs({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const may = useMay();
  const [verb, setVerb] = useState<StudyVerb | null>(null);
  if (!may('write_clinical')) return null;
  const verbs: StudyVerb[] = study.rejected ? ['restore'] : study.state === 'complete' ? ['reject'] : ['complete', 'reject'];
  return (
    <span className="actions">
      {verbs.map((one) => (
        <Button key={one} danger={one === 'reject'} onClick={() => setVerb(one)}>
          {t(`act.${one}`)}
        </Button>
      ))}
      {verb && <Ask study={study} verb={verb} onClose={() => setVerb(null)} />}
    </span>
  );
}

function Ask({ study, verb, onClose }: { study: StudyDetail; verb: StudyVerb; onClose: () => void }) {
  const { t } = useTranslation('study');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const act = useStudyAct(study.uid);
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open
      title={t(`act.${verb}`)}
      okText={t(`act.${verb}`)}
      okButtonProps={{ danger: verb === 'reject' }}
      cancelText={common('cancel')}
      confirmLoading={act.isPending}
      closable={{ 'aria-label': common('close') }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {act.error && <Failure error={act.error} />}
      <p>{t(`act.${verb}_text`)}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ reason }) =>
          act.mutate(
            { verb, reason: reason.trim() },
            {
              onSuccess: () => {
                void message.success(t('act.done'));
                onClose();
              },
            },
          )
        }
      >
        <Form.Item name="reason" label={t('act.reason')} rules={[{ required: true, whitespace: true, message: t('act.reason_needed') }]}>
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
