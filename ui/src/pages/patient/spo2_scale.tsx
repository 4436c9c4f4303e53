// Which SpO2 scale NEWS2 uses for this patient: scale 1, or scale 2 where a clinician set a target of 88 to 92 %.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, idPath } from '../../api/client.ts';
import { useMay } from '../../api/session.tsx';
import type { Spo2Scale } from '../../api/types.ts';
import { Failure } from '../../components/page_states.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { personOf } from '../result/decision.tsx';

const longestReason = 500;

export function Spo2ScaleChoice({ patient, scale }: { patient: string; scale: Spo2Scale }) {
  const { t } = useTranslation('patient');
  const may = useMay();
  const [open, setOpen] = useState(false);
  return (
    <span className="spo2-scale">
      <span className={scale.scale === 2 ? 'spo2-scale-two' : 'muted'}>{t('news2.scale', { scale: scale.scale })}</span>
      {may('write_clinical') && (
        <Button size="small" onClick={() => setOpen(true)}>
          {t('spo2.change')}
        </Button>
      )}
      {open && <ScaleDialog patient={patient} scale={scale} onClose={() => setOpen(false)} />}
    </span>
  );
}

// Said under the trend as long as scale 2 is in force, and once more when it has been taken back.
export function Spo2ScaleNote({ scale }: { scale: Spo2Scale }) {
  const { t } = useTranslation('patient');
  if (!scale.at || !scale.who) return null;
  return (
    <p className="muted small">
      {t('spo2.since', { scale: scale.scale, who: personOf(scale.who) })} <TimeText at={scale.at} form="full" />
      {scale.reason && ': '}
      {scale.reason && <q>{scale.reason}</q>}
    </p>
  );
}

function ScaleDialog({ patient, scale, onClose }: { patient: string; scale: Spo2Scale; onClose: () => void }) {
  const { t } = useTranslation('patient');
  const client = useQueryClient();
  const { message } = App.useApp();
  const id = useId();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const next = scale.scale === 2 ? 1 : 2;
  const save = useMutation({
    mutationFn: () =>
      api.post<Spo2Scale>(`/api/patients/${idPath(patient)}/spo2-scale`, { scale: next, reason: reason.trim() }),
    onSuccess: () => {
      void message.success(t('spo2.saved', { scale: next }));
      void client.invalidateQueries({ queryKey: ['patient', patient] });
      onClose();
    },
  });
  const missing = tried && !reason.trim();
  return (
    <Modal
      open
      title={t(`spo2.title_${next}`)}
      okText={t(`spo2.confirm_${next}`)}
      cancelText={t('spo2.cancel')}
      confirmLoading={save.isPending}
      onCancel={onClose}
      onOk={() => {
        setTried(true);
        if (reason.trim()) save.mutate();
      }}
    >
      <p>{t(`spo2.meaning_${next}`)}</p>
      <div className="field">
        <label htmlFor={id}>{t('spo2.reason')}</label>
        <Input.TextArea
          id={id}
          rows={3}
          maxLength={longestReason}
          value={reason}
          status={missing ? 'error' : undefined}
          aria-invalid={missing}
          aria-describedby={missing ? `${id}-error` : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {missing && (
          <span className="field-error" id={`${id}-error`} role="alert">
            {t('spo2.reason_needed')}
          </span>
        )}
      </div>
      {save.error && <Failure error={save.error} />}
    </Modal>
  );
}
