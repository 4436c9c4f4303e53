// Conflicts: two patients under one number. Nobody is merged unless a person says so; every decision can be taken back.
// A page of its own for clinicians, who decide, and a tab of the system page, where no patient data is shown.
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConflicts, useDecide, type Conflict, type Decision } from '../../api/conflict_queries.ts';
import { useMay } from '../../api/session.tsx';
import { AskReason } from '../../components/ask_reason.tsx';
import { Choice } from '../../components/choice.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { ConflictPeople } from './conflict_people.tsx';
import '../../styles/conflicts.css';

export function ConflictsPage() {
  const { t } = useTranslation('conflict');
  usePageTitle(t('title'));
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="page-title">{t('title')}</h1>
      </div>
      <Conflicts />
    </div>
  );
}

export function Conflicts() {
  const { t } = useTranslation('conflict');
  const [state, setState] = useState<'open' | 'all'>('open');
  const choice = (
    <Choice
      label={t('show')}
      value={state}
      options={[
        { value: 'open', text: t('open') },
        { value: 'all', text: t('all') },
      ]}
      onChange={setState}
    />
  );
  return (
    <Panel title={t('heading')} extra={choice}>
      <p className="muted">{t('text')}</p>
      <Loaded query={useConflicts(state)} rows={5} empty={t('none')} isEmpty={(rows) => rows.length === 0}>
        {(rows) => (
          <ul className="conflicts">
            {rows.map((conflict) => (
              <li key={conflict.id}>
                <Entry conflict={conflict} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function Entry({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation('conflict');
  const name = conflict.number === null ? t('nameless', { id: conflict.id }) : t('number', { number: conflict.number });
  return (
    <article className="conflict" aria-label={name}>
      <header>
        <h3>{name}</h3>
        <span className="tag">{t(conflict.known_system === conflict.other_system ? 'kind_demographics' : 'kind_issuer')}</span>
        <span className="muted small">
          <TimeText at={conflict.at} form="full" /> · {conflict.sender}
        </span>
      </header>
      <ConflictPeople conflict={conflict} />
      <Decided conflict={conflict} name={name} />
    </article>
  );
}

function Decided({ conflict, name }: { conflict: Conflict; name: string }) {
  const { t } = useTranslation('conflict');
  const may = useMay();
  const [asked, setAsked] = useState<Decision | null>(null);
  const choices: Decision[] = conflict.decision ? ['open'] : ['same', 'different'];
  return (
    <footer>
      <p className="conflict-state">
        {conflict.decision && conflict.decided_at ? (
          <>
            <strong>{t(`decided.${conflict.decision}`)}</strong>{' '}
            <span className="muted">
              <TimeText at={conflict.decided_at} form="full" /> · {conflict.decided_by} · {conflict.why}
            </span>
          </>
        ) : (
          <span className="flag tone-medium">{t('decided.open')}</span>
        )}
      </p>
      {may('write_clinical') && (
        <span className="actions">
          {choices.map((decision) => (
            <Button key={decision} onClick={() => setAsked(decision)} aria-label={`${t(`decide.${decision}`)}: ${name}`}>
              {t(`decide.${decision}`)}
            </Button>
          ))}
        </span>
      )}
      {conflict.decision === 'same' && may('read_clinical') && (
        <Link to="/patients/$id" params={{ id: conflict.known }}>
          {t('see_patient')}
        </Link>
      )}
      {asked && <Ask conflict={conflict} decision={asked} onClose={() => setAsked(null)} />}
    </footer>
  );
}

function Ask({ conflict, decision, onClose }: { conflict: Conflict; decision: Decision; onClose: () => void }) {
  const { t } = useTranslation('conflict');
  const { message } = App.useApp();
  const decide = useDecide(conflict.id);
  const done = () => {
    void message.success(t('done'));
    onClose();
  };
  return (
    <AskReason
      title={t(`decide.${decision}`)}
      pending={decide.isPending}
      error={decide.error}
      onClose={onClose}
      onReason={(reason) => decide.mutate({ decision, reason }, { onSuccess: done })}
    >
      <p>{t(`decide.${decision}_text`)}</p>
    </AskReason>
  );
}
