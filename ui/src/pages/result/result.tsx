// One AI result: what was found, from what, by which version; and the decision of a person about it.
import { useParams } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, idPath } from '../../api/client.ts';
import { usePatient, useResult } from '../../api/queries.ts';
import type { Result } from '../../api/types.ts';
import { FlagMark, PriorityTag, StatusMark } from '../../components/marks.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { usePhrase } from '../../components/phrases.ts';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { ViewerLink } from '../../components/viewer_link.tsx';
import { EcgView } from '../../ecg/ecg_view.tsx';
import { useText } from '../../i18n.ts';
import { PatientBanner } from '../patient/banner.tsx';
import { Decision } from './decision.tsx';
import { FindingsTable } from './findings.tsx';
import { News2Evidence } from './news2_evidence.tsx';
import { Provenance } from './provenance.tsx';
import '../../styles/patient.css';
import '../../styles/result.css';

// Opening a result is what makes it read; the list then shows it so.
function useMarkRead(result: Result | undefined) {
  const client = useQueryClient();
  const id = result?.status === 'unread' ? result.id : undefined;
  useEffect(() => {
    if (!id) return;
    void api.post(`/api/results/${idPath(id)}/read`).then(
      () => Promise.all([['result', id], ['worklist'], ['wards']].map((queryKey) => client.invalidateQueries({ queryKey }))),
      () => undefined, // stays unread and is marked on the next visit
    );
  }, [id, client]);
}

export function ResultPage() {
  const { id } = useParams({ from: '/results/$id' });
  const { t } = useTranslation('result');
  usePageTitle(t('title'));
  const query = useResult(id);
  const patient = usePatient(query.data?.patient.id);
  useMarkRead(query.data);
  return (
    <>
      {patient.data && <PatientBanner patient={patient.data} link />}
      <div className="page page-under-banner">
        <Loaded query={query} rows={10}>
          {(result) => <ResultView result={result} />}
        </Loaded>
      </div>
    </>
  );
}

function ResultView({ result }: { result: Result }) {
  const { t } = useTranslation('result');
  const { t: common } = useTranslation();
  const text = useText();
  const ecgSop = result.study?.modality === 'ECG' ? result.study.sop : null;
  const findings = <FindingsTable findings={result.findings} whole={'news2' in result.evidence} />;
  return (
    <div className="result">
      <div className="result-main">
        <header className="result-head">
          <div className="result-tags">
            <PriorityTag priority={result.priority} />
            <FlagMark flag={result.flag} />
            <StatusMark status={result.status} />
            <span className="muted">
              {text(result.application.name)} {result.application.version}
            </span>
            <span className="muted">
              {t('about')} <TimeText at={result.about} form="full" />
            </span>
            {result.study && <ViewerLink study={result.study.uid} />}
          </div>
          <h1>{text(result.summary)}</h1>
          <p className="support-label">
            <span aria-hidden="true">ⓘ</span> {common('decision_support')}
          </p>
        </header>
        <Escalation result={result} />
        <News2Evidence evidence={result.evidence} />
        {ecgSop ? <EcgView sop={ecgSop} otherwise={findings} /> : findings}
      </div>
      <div className="result-side">
        <Decision key={result.id} result={result} />
        <Provenance result={result} />
      </div>
    </div>
  );
}

function Escalation({ result }: { result: Result }) {
  const { t } = useTranslation('result');
  const text = useText();
  const phrase = usePhrase();
  const { escalation, risk } = result;
  if (!escalation && !risk) return null;
  return (
    <Panel title={t('response')}>
      {escalation && (
        <div className={`escalation escalation-${escalation.priority}`}>
          <p>{text(escalation.text)}</p>
          <p className="escalation-meta">
            <PriorityTag priority={escalation.priority} />
            {escalation.ward && (
              <span>
                {t('ward')} <strong>{escalation.ward}</strong>
              </span>
            )}
            {escalation.due && (
              <span>
                {t('due')}{' '}
                <strong>
                  <TimeText at={escalation.due} />
                </strong>
              </span>
            )}
          </p>
        </div>
      )}
      {risk && (
        <dl className="facts">
          <div className="fact">
            <dt>{t('risk')}</dt>
            <dd>{phrase(risk.qualitative)}</dd>
          </div>
          <div className="fact">
            <dt>{t('risk_of')}</dt>
            <dd>{phrase(risk.outcome)}</dd>
          </div>
          <div className="fact fact-wide">
            <dt>{t('rationale')}</dt>
            <dd>{text(risk.rationale)}</dd>
          </div>
        </dl>
      )}
    </Panel>
  );
}
