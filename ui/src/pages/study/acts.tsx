// What a person may do with a study; each act asks why, and is kept in its history.
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useStudyAct } from '../../api/study_queries.ts';
import type { StudyDetail, StudyVerb } from '../../api/study_types.ts';
import { AskReason } from '../../components/ask_reason.tsx';
import { Correct, Move } from './correct.tsx';

export function StudyActs({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const may = useMay();
  const [verb, setVerb] = useState<StudyVerb | null>(null);
  const [change, setChange] = useState<'correct' | 'move' | null>(null);
  const close = () => setChange(null);
  if (!may('write_clinical') || study.deleted) return null;
  const verbs: StudyVerb[] = study.rejected ? ['restore'] : study.state === 'complete' ? ['reject'] : ['complete', 'reject'];
  return (
    <span className="actions">
      <Button onClick={() => setChange('correct')}>{t('correct.title')}</Button>
      <Button onClick={() => setChange('move')}>{t('move.title')}</Button>
      {verbs.map((one) => (
        <Button key={one} danger={one === 'reject'} onClick={() => setVerb(one)}>
          {t(`act.${one}`)}
        </Button>
      ))}
      {verb && <Ask study={study} verb={verb} onClose={() => setVerb(null)} />}
      {change === 'correct' && <Correct study={study} onClose={close} />}
      {change === 'move' && <Move study={study} onClose={close} />}
    </span>
  );
}

function Ask({ study, verb, onClose }: { study: StudyDetail; verb: StudyVerb; onClose: () => void }) {
  const { t } = useTranslation('study');
  const { message } = App.useApp();
  const act = useStudyAct(study.uid);
  const done = () => {
    void message.success(t('act.done'));
    onClose();
  };
  return (
    <AskReason
      title={t(`act.${verb}`)}
      danger={verb === 'reject'}
      pending={act.isPending}
      error={act.error}
      onClose={onClose}
      onReason={(reason) => act.mutate({ verb, reason }, { onSuccess: done })}
    >
      <p>{t(`act.${verb}_text`)}</p>
    </AskReason>
  );
}
