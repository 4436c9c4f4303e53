import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { WorklistItem } from '../../api/types.ts';
import { FlagMark, News2Mark, PriorityTag, StatusMark } from '../../components/marks.tsx';
import { PatientCell, usePatientText } from '../../components/patient_text.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { useText } from '../../i18n.ts';

const columns = ['priority', 'patient', 'place', 'finding', 'news2', 'status', 'created'] as const;

export function WorklistTable(props: { items: WorklistItem[]; total: number; filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation('worklist');
  if (props.items.length === 0) {
    return (
      <div className="empty">
        <p>{props.filtered ? t('none_match') : t('none')}</p>
        {props.filtered && <Button onClick={props.onClear}>{t('filter.clear')}</Button>}
      </div>
    );
  }
  return (
    <table className="rows worklist-table">
      <caption className="visually-hidden">{t('caption', { count: props.total })}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" className={`col-${column}`}>
              {t(`column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ item }: { item: WorklistItem }) {
  const text = useText();
  const patient = usePatientText();
  const decided = item.status !== 'unread' && item.status !== 'read';
  return (
    <tr className={`row-${item.status} ${decided ? 'row-decided' : ''} row-${item.priority}`}>
      <td className="col-priority">
        <PriorityTag priority={item.priority} />
      </td>
      <td className="col-patient">
        <Link to="/patients/$id" params={{ id: item.patient.id }} className="quiet-link">
          <PatientCell patient={item.patient} />
        </Link>
      </td>
      <td className="col-place">{patient.place(item.patient)}</td>
      <td className="col-finding">
        <Link to="/results/$id" params={{ id: item.id }} data-row-link="" className="finding-link">
          {text(item.summary)}
        </Link>
        <span className="finding-meta">
          <FlagMark flag={item.flag} quiet />
          <span className="muted small">{text(item.application.name)}</span>
        </span>
      </td>
      <td className="col-news2">
        <News2Mark news2={item.news2} />
      </td>
      <td className="col-status">
        <StatusMark status={item.status} />
      </td>
      <td className="col-created">
        <TimeText at={item.created} />
      </td>
    </tr>
  );
}
