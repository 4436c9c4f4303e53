// Identity review: two patients who may be one person, most probable first. What each field says is shown in words and as
// a bar; a person decides, with a reason, and can take it back. Nobody is merged by the machine.
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDecidePair, usePairHistory, usePairs, type Pair, type PairState, type PairVerdict } from '../../api/pair_queries.ts';
import { useMay } from '../../api/session.tsx';
import { AskReason } from '../../components/ask_reason.tsx';
import { Choice } from '../../components/choice.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { Panel } from '../../components/panel.tsx';
import { usePatientText } from '../../components/patient_text.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { EvidenceBars } from './evidence_bars.tsx';
import { PairPeople } from './pair_people.tsx';
import '../../styles/conflicts.css';
import '../../styles/identity.css';

export function IdentityReviewPage() {
  const { t } = useTranslation('identity');
  usePageTitle(t('title'));
  const [state, setState] = useState<PairState>('open');
  const states: PairState[] = ['open', 'later', 'all'];
  const choice = (
    <Choice
      label={t('show')}
      value={state}
      options={states.map((value) => ({ value, text: t(`state.${value}`) }))}
      onChange={setState}
    />
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="page-title">{t('title')}</h1>
      </div>
      <Panel title={t('heading')} extra={choice}>
        <p className="muted">{t('text')}</p>
        <Loaded query={usePairs(state)} rows={5} empty={t(`none.${state}`)} isEmpty={(rows) => rows.length === 0}>
          {(rows) => (
            <ul className="conflicts">
              {rows.map((pair) => (
                <li key={pair.id}>
                  <Entry pair={pair} />
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

const likelihood = (probability: number) =>
  probability >= 0.99 ? 'certain' : probability >= 0.8 ? 'probable' : probability >= 0.5 ? 'likely' : 'possible';

// Never "100 %": a probability is not a fact.
const percent = (probability: number) => `${Math.min(99.9, probability * 100).toFixed(probability >= 0.99 ? 1 : 0)} %`;

function Entry({ pair }: { pair: Pair }) {
  const { t } = useTranslation('identity');
  const text = usePatientText();
  const name = t('pair', {
    a: pair.a_person ? text.name(pair.a_person) : pair.a,
    b: pair.b_person ? text.name(pair.b_person) : pair.b,
  });
  return (
    <article className="conflict" aria-label={name}>
      <header>
        <h3>{name}</h3>
        <span className="tag">
          {t(`likelihood.${likelihood(pair.probability)}`)} · {percent(pair.probability)}
        </span>
        <span className="muted small">
          <TimeText at={pair.at} form="full" />
        </span>
      </header>
      <div className="pair-parts">
        <PairPeople pair={pair} />
        <EvidenceBars evidence={pair.evidence} />
      </div>
      <Decided pair={pair} name={name} />
    </article>
  );
}

function Decided({ pair, name }: { pair: Pair; name: string }) {
  const { t } = useTranslation('identity');
  const may = useMay();
  const [asked, setAsked] = useState<PairVerdict | null>(null);
  const [past, setPast] = useState(false);
  const waits = !pair.decision || pair.decision === 'later';
  const choices: PairVerdict[] = waits ? ['same', 'linked', 'different', pair.decision ? 'open' : 'later'] : ['open'];
  return (
    <footer>
      <p className="conflict-state">
        {pair.decision && pair.decided_at ? (
          <>
            <strong>{t(`decided.${pair.decision}`)}</strong>{' '}
            <span className="muted">
              <TimeText at={pair.decided_at} form="full" /> · {pair.decided_by} · {pair.why}
            </span>
          </>
        ) : (
          <span className="flag tone-medium">{t('decided.open')}</span>
        )}
      </p>
      <span className="actions">
        {may('write_clinical') &&
          choices.map((verdict) => (
            <Button key={verdict} onClick={() => setAsked(verdict)} aria-label={`${t(`decide.${verdict}`)}: ${name}`}>
              {t(`decide.${verdict}`)}
            </Button>
          ))}
        <Button type="text" aria-expanded={past} onClick={() => setPast(!past)} aria-label={`${t('history')}: ${name}`}>
          {t('history')}
        </Button>
      </span>
      {pair.decision === 'same' && (
        <Link to="/patients/$id" params={{ id: pair.a }}>
          {t('see_patient')}
        </Link>
      )}
      {past && <Past id={pair.id} />}
      {asked && <Ask pair={pair} verdict={asked} onClose={() => setAsked(null)} />}
    </footer>
  );
}

function Past({ id }: { id: string }) {
  const { t } = useTranslation('identity');
  return (
    <div className="pair-past">
      <Loaded query={usePairHistory(id)} rows={2} empty={t('no_history')} isEmpty={(rows) => rows.length === 0}>
        {(rows) => (
          <ol>
            {rows.map((row) => (
              <li key={row.at + row.decision}>
                <TimeText at={row.at} form="full" /> · {row.who} · <strong>{t(`decided.${row.decision}`)}</strong> · {row.why}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </div>
  );
}

function Ask({ pair, verdict, onClose }: { pair: Pair; verdict: PairVerdict; onClose: () => void }) {
  const { t } = useTranslation('identity');
  const { message } = App.useApp();
  const decide = useDecidePair(pair.id);
  const done = () => {
    void message.success(t('done'));
    onClose();
  };
  return (
    <AskReason
      title={t(`decide.${verdict}`)}
      pending={decide.isPending}
      error={decide.error}
      onClose={onClose}
      onReason={(reason) => decide.mutate({ decision: verdict, reason }, { onSuccess: done })}
    >
      <p>{t(`decide.${verdict}_text`)}</p>
    </AskReason>
  );
}
