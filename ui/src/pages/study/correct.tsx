// Giving a study out with other values, or to another patient; what was received stays as it is.
import { App, Form, Input, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePatients } from '../../api/queries.ts';
import { useCorrect, useMoveStudy } from '../../api/study_queries.ts';
import type { StudyDetail } from '../../api/study_types.ts';
import { AskReason } from '../../components/ask_reason.tsx';
import { usePatientText } from '../../components/patient_text.tsx';

const dates = ['PatientBirthDate', 'StudyDate'];

export function Correct({ study, onClose }: { study: StudyDetail; onClose: () => void }) {
  const { t } = useTranslation('study');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const correct = useCorrect(study.uid);
  const [unchanged, setUnchanged] = useState(false);
  const submit = (reason: string, form: Record<string, string | undefined>) => {
    const changed = Object.entries(study.attributes)
      .map(([name, before]) => [name, before, (form[name] ?? '').trim()])
      .filter(([, before, after]) => before !== after);
    setUnchanged(changed.length === 0);
    if (changed.length === 0) return;
    correct.mutate(
      { reason, values: Object.fromEntries(changed.map(([name, , after]) => [name, after])) },
      {
        onSuccess: () => {
          void message.success(t('act.done'));
          onClose();
        },
      },
    );
  };
  return (
    <AskReason
      title={t('correct.title')}
      pending={correct.isPending}
      error={correct.error}
      initial={study.attributes}
      onClose={onClose}
      onReason={submit}
    >
      <p>{t('correct.text')}</p>
      {unchanged && <p role="alert">{t('correct.nothing')}</p>}
      <div className="correct-form">
        {Object.keys(study.attributes).map((name) => (
          <Form.Item
            key={name}
            name={name}
            label={t(`attribute.${name}`)}
            extra={dates.includes(name) ? t('correct.date_form') : name.endsWith('Name') ? t('correct.name_form') : undefined}
          >
            {name === 'PatientSex' ? (
              <Select
                options={[
                  { value: 'F', label: common('gender.female') },
                  { value: 'M', label: common('gender.male') },
                  { value: 'O', label: common('gender.other') },
                  { value: '', label: t('not_said') },
                ]}
              />
            ) : (
              <Input maxLength={200} />
            )}
          </Form.Item>
        ))}
      </div>
    </AskReason>
  );
}

export function Move({ study, onClose }: { study: StudyDetail; onClose: () => void }) {
  const { t } = useTranslation('study');
  const { message } = App.useApp();
  const text = usePatientText();
  const move = useMoveStudy(study.uid);
  const [typed, setTyped] = useState('');
  const patients = usePatients({ q: useDeferredValue(typed), status: 'all' });
  const options = (patients.data?.pages.flatMap((page) => page.items) ?? [])
    .filter((patient) => patient.id !== study.patient?.id)
    .map((patient) => ({ value: patient.id, label: `${text.name(patient)} · ${text.mrn(patient)} · ${text.born(patient)}` }));
  return (
    <AskReason
      title={t('move.title')}
      pending={move.isPending}
      error={move.error}
      onClose={onClose}
      onReason={(reason, { patient }) =>
        move.mutate(
          { reason, patient: patient ?? '' },
          {
            onSuccess: () => {
              void message.success(t('act.done'));
              onClose();
            },
          },
        )
      }
    >
      <p>{t('move.text')}</p>
      <Form.Item name="patient" label={t('move.patient')} rules={[{ required: true, message: t('move.needed') }]}>
        <Select
          showSearch={{ filterOption: false, onSearch: setTyped }}
          options={options}
          placeholder={t('move.search')}
          notFoundContent={t('move.nobody')}
        />
      </Form.Item>
    </AskReason>
  );
}
