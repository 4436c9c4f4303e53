// Corrects values of a result; only changed fields are sent.
import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FeedbackEdit, Finding } from '../../api/types.ts';
import { formatUnit } from '../../format/number.ts';
import { useFindingName } from '../../components/phrases.ts';
import { ReasonField } from './reject_form.tsx';

const initial = (finding: Finding) => (finding.value === null ? '' : String(finding.value));
const fieldKey = (finding: Finding, index: number) => `${finding.code.code}:${index}`;

export function EditForm(props: {
  findings: Finding[];
  busy: boolean;
  onSubmit: (reason: string, edits: FeedbackEdit[]) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation('result');
  const name = useFindingName();
  const id = useId();
  const [values, setValues] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const edits = props.findings.flatMap((finding, index) => {
    const value = values[fieldKey(finding, index)]?.trim();
    return value === undefined || value === initial(finding) ? [] : [{ code: finding.code.code, method: finding.method || undefined, value }];
  });
  const submit = () => {
    setTried(true);
    if (reason.trim() && edits.length > 0) props.onSubmit(reason.trim(), edits);
  };
  return (
    <form
      className="decision-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="edit-grid">
        {props.findings.map((finding, index) => {
          const key = fieldKey(finding, index);
          return (
            <div className="field" key={key}>
              <label htmlFor={`${id}-${index}`}>{[name(finding), finding.method].filter(Boolean).join(' · ')}</label>
              <Input
                id={`${id}-${index}`}
                value={values[key] ?? initial(finding)}
                placeholder={finding.state === 'cannot_tell' ? t('cannot_tell') : undefined}
                suffix={formatUnit(finding.unit) || undefined}
                onChange={(event) => setValues({ ...values, [key]: event.target.value })}
              />
            </div>
          );
        })}
      </div>
      {tried && edits.length === 0 && (
        <p className="field-error" role="alert">
          {t('decision.edit_needed')}
        </p>
      )}
      <ReasonField value={reason} onChange={setReason} missing={tried && !reason.trim()} />
      <div className="decision-buttons">
        <Button type="primary" htmlType="submit" loading={props.busy}>
          {t('decision.edit_confirm', { count: edits.length })}
        </Button>
        <Button onClick={props.onCancel}>{t('decision.cancel')}</Button>
      </div>
    </form>
  );
}
