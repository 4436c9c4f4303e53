// What happened to the patient, newest first, by day; kinds can be hidden.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimeline } from '../../api/queries.ts';
import type { Patient, TimelineItem, TimelineKind } from '../../api/types.ts';
import { FlagMark } from '../../components/marks.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatDate, formatTime } from '../../format/date.ts';
import { useLanguage, useText } from '../../i18n.ts';

const symbols: Record<TimelineKind, string> = {
  admission: '→',
  transfer: '⇄',
  discharge: '←',
  vitals: '♥',
  lab: '⚗',
  study: '▣',
  result: '◆',
  task: '☑',
  feedback: '✎',
  merge: '⋈',
};

export function TimelineTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const query = useTimeline(patient.id);
  return (
    <Panel title={t('timeline.title')}>
      <Loaded query={query} rows={8} empty={t('timeline.none')} isEmpty={(items) => items.length === 0}>
        {(items) => <Timeline items={items} />}
      </Loaded>
    </Panel>
  );
}

function Timeline({ items }: { items: TimelineItem[] }) {
  const { t } = useTranslation('patient');
  const language = useLanguage();
  const [hidden, setHidden] = useState<ReadonlySet<TimelineKind>>(new Set());
  const kinds = [...new Set(items.map((item) => item.kind))];
  const days = new Map<string, TimelineItem[]>();
  for (const item of items.filter((i) => !hidden.has(i.kind))) {
    const day = formatDate(item.t, language);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  const toggle = (kind: TimelineKind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  return (
    <>
      <div className="chips" role="group" aria-label={t('timeline.kinds')}>
        {kinds.map((kind) => (
          <button key={kind} type="button" className="chip" aria-pressed={!hidden.has(kind)} onClick={() => toggle(kind)}>
            <span aria-hidden="true">{symbols[kind]}</span> {t(`timeline.${kind}`)}
          </button>
        ))}
      </div>
      {[...days].map(([day, entries]) => (
        <section key={day} className="day">
          <h3>{day}</h3>
          <ol>
            {entries.map((item, index) => (
              <li key={`${item.reference}-${item.kind}-${index}`}>
                <time dateTime={item.t}>{formatTime(item.t)}</time>
                <span className="day-symbol" aria-hidden="true">
                  {symbols[item.kind] ?? '·'}
                </span>
                <span>
                  <span className="muted small">{t(`timeline.${item.kind}`)}</span> <Title item={item} />{' '}
                  <FlagMark flag={item.flag} quiet />
                </span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function Title({ item }: { item: TimelineItem }) {
  const text = useText();
  const title = text(item.title);
  const [type, id] = item.reference.split('/');
  if (type === 'Result' && id) {
    return (
      <Link to="/results/$id" params={{ id }}>
        {title}
      </Link>
    );
  }
  return <span>{title}</span>;
}
