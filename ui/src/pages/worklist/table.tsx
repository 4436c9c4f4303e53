import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorklistItem } from '../../api/types.ts';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { FlagMark, News2Mark, PriorityTag, StatusMark } from '../../components/marks.tsx';
import { PatientCell, usePatientText } from '../../components/patient_text.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { ViewerLink } from '../../components/viewer_link.tsx';
import { useText } from '../../i18n.ts';

export function WorklistTable(props: { items: WorklistItem[]; total: number; filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation('worklist');
  const columns = useColumns();
  if (props.items.length === 0) {
    return (
      <div className="empty">
        <p>{props.filtered ? t('none_match') : t('none')}</p>
        {props.filtered && <Button onClick={props.onClear}>{t('filter.clear')}</Button>}
      </div>
    );
  }
  return (
    <DataTable
      form="rows"
      className="worklist-table"
      label={t('caption', { count: props.total })}
      rows={props.items}
      columns={columns}
      rowClass={(item) =>
        `row-${item.status} ${item.status !== 'unread' && item.status !== 'read' ? 'row-decided' : ''} row-${item.priority}`
      }
    />
  );
}

function useColumns(): Column<WorklistItem>[] {
  const { t } = useTranslation('worklist');
  const text = useText();
  const patient = usePatientText();
  const cells: [string, (item: WorklistItem) => ReactNode][] = [
    ['priority', (item) => <PriorityTag priority={item.priority} />],
    [
      'patient',
      (item) => (
        <Link to="/patients/$id" params={{ id: item.patient.id }} className="quiet-link">
          <PatientCell patient={item.patient} />
        </Link>
      ),
    ],
    ['place', (item) => patient.place(item.patient)],
    [
      'finding',
      (item) => (
        <>
          <Link to="/results/$id" params={{ id: item.id }} data-row-link="" className="finding-link">
            {text(item.summary)}
          </Link>
          <span className="finding-meta">
            <FlagMark flag={item.flag} quiet />
            <span className="muted small">{text(item.application.name)}</span>
            {item.study && <ViewerLink study={item.study.uid} />}
          </span>
        </>
      ),
    ],
    ['news2', (item) => <News2Mark news2={item.news2} />],
    ['status', (item) => <StatusMark status={item.status} />],
    ['created', (item) => <TimeText at={item.created} />],
  ];
  return cells.map(([key, cell]) => ({ key, name: t(`column.${key}`), cell }));
}
