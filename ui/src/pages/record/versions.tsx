// The versions of one resource, newest first; the chosen one is compared with the one before it.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFhirHistory } from '../../api/fhir_queries.ts';
import type { BundleEntry, Resource } from '../../api/fhir_types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { diffLines, foldSame } from '../../format/diff.ts';

const textOf = (resource: Resource | undefined) => (resource ? JSON.stringify(resource, null, 2) : '');

export function Versions({ type, id }: { type: string; id: string }) {
  const { t } = useTranslation('record');
  const history = useFhirHistory(type, id);
  return (
    <Loaded query={history} rows={6} empty={t('versions.none')} isEmpty={(entries) => entries.length === 0}>
      {(entries) => <Compared entries={entries} />}
    </Loaded>
  );
}

function Compared({ entries }: { entries: BundleEntry[] }) {
  const { t } = useTranslation('record');
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, entries.length - 1);
  const lines = foldSame(diffLines(textOf(entries[at + 1]?.resource), textOf(entries[at].resource)));
  return (
    <div className="record-versions">
      <ol className="record-version-list" aria-label={t('versions.title')}>
        {entries.map((entry, index) => (
          <li key={index}>
            <button type="button" className="record-version" aria-pressed={index === at} onClick={() => setChosen(index)}>
              <strong>{t('versions.version', { number: entry.resource?.meta?.versionId ?? entries.length - index })}</strong>{' '}
              {t(`versions.${(entry.request?.method ?? 'PUT').toLowerCase()}`, { defaultValue: entry.request?.method })}{' '}
              {(entry.resource?.meta?.lastUpdated ?? entry.response?.lastModified) && (
                <TimeText at={(entry.resource?.meta?.lastUpdated ?? entry.response?.lastModified)!} form="full" />
              )}
            </button>
          </li>
        ))}
      </ol>
      <pre className="raw record-diff" tabIndex={0} role="region" aria-label={t('versions.changes')}>
        {lines.map((line, index) =>
          line.kind === 'gap' ? (
            <span key={index} className="diff-gap">{`  ${t('versions.same', { count: line.count })}\n`}</span>
          ) : (
            <span key={index} className={`diff-${line.kind}`}>
              {`${line.kind === 'added' ? '+' : line.kind === 'removed' ? '−' : ' '} ${line.text}\n`}
            </span>
          ),
        )}
      </pre>
    </div>
  );
}
