// Unread, urgent and STAT results of the ward: each count is also a switch for that filter.
import { useTranslation } from 'react-i18next';
import type { WorklistFilter } from '../../api/queries.ts';
import type { WorklistPage } from '../../api/types.ts';

type Name = keyof WorklistPage['counts'];

const filters: Record<Name, WorklistFilter> = {
  unread: { status: 'unread' },
  urgent: { status: 'open', priority: 'urgent' },
  stat: { status: 'open', priority: 'stat' },
};
const order: Name[] = ['stat', 'urgent', 'unread'];

export function Counts(props: {
  counts: WorklistPage['counts'];
  filter: WorklistFilter;
  onChange: (filter: WorklistFilter) => void;
}) {
  const { t } = useTranslation('worklist');
  const { filter, counts, onChange } = props;
  return (
    <div className="counts" role="group" aria-label={t('counts.label')}>
      {order.map((name) => {
        const wanted = filters[name];
        const on = filter.status === wanted.status && filter.priority === wanted.priority;
        const next = on ? { status: undefined, priority: undefined } : { priority: undefined, ...wanted };
        return (
          <button
            key={name}
            type="button"
            className={`count count-${name} ${counts[name] ? '' : 'count-zero'}`}
            aria-pressed={on}
            onClick={() => onChange(withoutEmpty({ ...filter, ...next }))}
          >
            <strong>{counts[name]}</strong> <span>{t(`counts.${name}`)}</span>
          </button>
        );
      })}
    </div>
  );
}

export function withoutEmpty(filter: WorklistFilter): WorklistFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as WorklistFilter;
}
