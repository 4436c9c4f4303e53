// One AI result in a short list.
import { Link } from '@tanstack/react-router';
import type { ResultSummary } from '../api/types.ts';
import { useText } from '../i18n.ts';
import { FlagMark, PriorityTag, StatusMark } from './marks.tsx';
import { TimeText } from './time_text.tsx';

export function ResultLine({ item }: { item: ResultSummary }) {
  const text = useText();
  return (
    <li className={`result-line row-${item.status}`}>
      <Link to="/results/$id" params={{ id: item.id }} className="finding-link">
        {text(item.summary)}
      </Link>
      <div className="result-line-meta">
        {item.priority !== 'routine' && <PriorityTag priority={item.priority} />}
        <FlagMark flag={item.flag} quiet />
        <StatusMark status={item.status} />
        <span className="muted small">
          {text(item.application.name)} · <TimeText at={item.created} />
        </span>
      </div>
    </li>
  );
}
