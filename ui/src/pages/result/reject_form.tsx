import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

export const longestReason = 1000;
const usualReasons = ['artefact', 'wrong_patient', 'not_relevant', 'incorrect'];

// A reason is asked for in free text; usual ones fill it in with one press.
export function ReasonField(props: { value: string; onChange: (value: string) => void; missing: boolean; usual?: boolean }) {
  const { t } = useTranslation('result');
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t('decision.reason')}</label>
      {props.usual && (
        <div className="chips">
          {usualReasons.map((reason) => (
            <button key={reason} type="button" className="chip" onClick={() => props.onChange(t(`reason.${reason}`))}>
              {t(`reason.${reason}`)}
            </button>
          ))}
        </div>
      )}
      <Input.TextArea
        id={id}
        autoFocus
        rows={3}
        maxLength={longestReason}
        value={props.value}
        status={props.missing ? 'error' : undefined}
        aria-invalid={props.missing}
        aria-describedby={props.missing ? `${id}-error` : undefined}
        onChange={(event) => props.onChange(event.target.value)}
      />
      {props.missing && (
        <span className="field-error" id={`${id}-error`} role="alert">
          {t('decision.reason_needed')}
        </span>
      )}
    </div>
  );
}

export function RejectForm(props: { busy: boolean; onSubmit: (reason: string) => void; onCancel: () => void }) {
  const { t } = useTranslation('result');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  return (
    <form
      className="decision-form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (reason.trim()) props.onSubmit(reason.trim());
      }}
    >
      <ReasonField usual value={reason} onChange={setReason} missing={tried && !reason.trim()} />
      <div className="decision-buttons">
        <Button danger type="primary" htmlType="submit" loading={props.busy}>
          {t('decision.reject_confirm')}
        </Button>
        <Button onClick={props.onCancel}>{t('decision.cancel')}</Button>
      </div>
    </form>
  );
}
