// Accept, edit or reject; editing and rejecting need a reason. What is accepted or edited may still be corrected or
// withdrawn, what is rejected stays so. The history keeps all.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, idPath } from '../../api/client.ts';
import { useMay } from '../../api/session.tsx';
import type { FeedbackAction, FeedbackEdit, Result } from '../../api/types.ts';
import { Failure } from '../../components/page_states.tsx';
import { useFindingName } from '../../components/phrases.ts';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { EditForm } from './edit_form.tsx';
import { RejectForm } from './reject_form.tsx';

// "user:doctor" is how the audit log names a person.
export const personOf = (who: string) => who.replace(/^user:/, '');

export interface Feedback {
  action: FeedbackAction;
  reason?: string;
  edits?: FeedbackEdit[];
}

function useFeedback(id: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (feedback: Feedback) => api.post<Result>(`/api/results/${idPath(id)}/feedback`, feedback),
    onSuccess: (result) => {
      client.setQueryData(['result', id], result);
      done();
      for (const key of [['worklist'], ['wards'], ['patients'], ['patient', result.patient.id]]) {
        void client.invalidateQueries({ queryKey: key });
      }
    },
  });
}

export function Decision({ result }: { result: Result }) {
  const { t } = useTranslation('result');
  const may = useMay();
  const { message } = App.useApp();
  const rejected = result.status === 'rejected';
  const [form, setForm] = useState<'edit' | 'reject' | null>(null);
  const feedback = useFeedback(result.id, () => {
    setForm(null);
    void message.success(t('decision.saved'));
  });
  return (
    <Panel title={t('decision.title')}>
      <Current result={result} />
      {!may('give_feedback') && <p className="muted">{t('decision.not_allowed')}</p>}
      {rejected && <p className="muted">{t('decision.final')}</p>}
      {may('give_feedback') && !rejected && form === null && (
        <div className="decision-buttons">
          {!result.feedback && (
            <Button type="primary" loading={feedback.isPending} onClick={() => feedback.mutate({ action: 'accept' })}>
              <span aria-hidden="true">✓</span> {t('decision.accept')}
            </Button>
          )}
          <Button onClick={() => setForm('edit')}>
            <span aria-hidden="true">✎</span> {t('decision.edit')}
          </Button>
          <Button danger onClick={() => setForm('reject')}>
            <span aria-hidden="true">✕</span> {t('decision.reject')}
          </Button>
        </div>
      )}
      {feedback.error && <Failure error={feedback.error} />}
      {form === 'reject' && (
        <RejectForm busy={feedback.isPending} onCancel={() => setForm(null)} onSubmit={(reason) => feedback.mutate({ action: 'reject', reason })} />
      )}
      {form === 'edit' && (
        <EditForm
          findings={result.findings}
          busy={feedback.isPending}
          onCancel={() => setForm(null)}
          onSubmit={(reason, edits) => feedback.mutate({ action: 'edit', reason, edits })}
        />
      )}
      <History result={result} />
    </Panel>
  );
}

function Current({ result }: { result: Result }) {
  const { t } = useTranslation('result');
  const { feedback } = result;
  const name = useFindingName();
  const edited = (code: string) => {
    const all = result.findings.flatMap((finding) => [finding, ...finding.components]);
    const found = all.find((finding) => finding.code.code === code);
    return found ? name(found) : code;
  };
  if (!feedback) return <p className="decision-open">{t('decision.open')}</p>;
  return (
    <div className={`decision-now decision-${feedback.action}`}>
      <strong>{t(`decision.was_${feedback.action}`)}</strong>
      <span>
        {personOf(feedback.who)} · <TimeText at={feedback.at} form="full" />
      </span>
      {feedback.reason && <q>{feedback.reason}</q>}
      {feedback.edits.length > 0 && (
        <ul>
          {feedback.edits.map((edit) => (
            <li key={edit.code}>
              {edited(edit.code)}: <strong>{edit.value}</strong>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function History({ result }: { result: Result }) {
  const { t } = useTranslation('result');
  if (result.history.length === 0) return null;
  return (
    <section className="history">
      <h3>{t('decision.history')}</h3>
      <ol>
        {result.history.map((entry, index) => (
          <li key={index}>
            <TimeText at={entry.at} /> {t(`decision.was_${entry.action}`)} · {personOf(entry.who)}
            {entry.reason && ' '}
            {entry.reason && <q>{entry.reason}</q>}
          </li>
        ))}
      </ol>
    </section>
  );
}
