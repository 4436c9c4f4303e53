// The AI results of one patient: the newest few beside the vital signs, all of them in their own tab.
import { useTranslation } from 'react-i18next';
import { usePatientResults } from '../../api/queries.ts';
import type { Patient, ResultSummary } from '../../api/types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ResultLine } from '../../components/result_line.tsx';

const newest = 5;

// Of one application only its newest result, then by age.
function latestPerApplication(items: ResultSummary[]): ResultSummary[] {
  const seen = new Set<string>();
  const first = items.filter((item) => {
    const before = seen.has(item.application.id);
    seen.add(item.application.id);
    return !before;
  });
  const rest = items.filter((item) => !first.includes(item));
  return [...first, ...rest].slice(0, newest);
}

export function LatestResults({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const query = usePatientResults(patient.id);
  return (
    <Panel title={t('results.latest')}>
      <Loaded query={query} rows={4} empty={t('results.none')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ul className="result-list">
            {latestPerApplication(items).map((item) => (
              <ResultLine key={item.id} item={item} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

export function ResultsTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const query = usePatientResults(patient.id);
  return (
    <Panel title={t('results.title')}>
      <Loaded query={query} rows={6} empty={t('results.none')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ul className="result-list">
            {items.map((item) => (
              <ResultLine key={item.id} item={item} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
