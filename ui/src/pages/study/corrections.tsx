// What is given out other than it came: each correction with its old and new values, who made it and why. The latest
// acts can be taken back; a correction that came of a merge goes when the merge is undone.
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useUndoCorrection } from '../../api/study_queries.ts';
import type { Correction, StudyDetail } from '../../api/study_types.ts';
import { AskReason } from '../../components/ask_reason.tsx';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';

export function Corrections({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const may = useMay();
  const [undoing, setUndoing] = useState<Correction | null>(null);
  if (study.corrections.length === 0) return null;
  const columns: Column<Correction>[] = [
    { key: 'at', name: t('history.at'), cell: (row) => <TimeText at={row.at} form="full" /> },
    { key: 'kind', name: t('history.act'), isRowName: true, cell: (row) => t(`correction.${row.kind}`) },
    { key: 'changes', name: t('correction.changes'), className: 'wrap', cell: (row) => <Changes correction={row} /> },
    { key: 'who', name: t('history.who'), cell: (row) => row.who },
    { key: 'why', name: t('history.why'), className: 'wrap', cell: (row) => row.why },
    {
      key: 'state',
      name: t('correction.state'),
      className: 'wrap',
      cell: (row) =>
        row.undone_at ? (
          <span className="muted">
            {t('correction.undone')} <TimeText at={row.undone_at} form="full" /> · {row.undone_by} · {row.undone_why}
          </span>
        ) : row.kind !== 'merge' && may('write_clinical') ? (
          <Button size="small" onClick={() => setUndoing(row)} aria-label={t('correction.undo_this', { id: row.id })}>
            {t('correction.undo')}
          </Button>
        ) : (
          t('correction.in_force')
        ),
    },
  ];
  return (
    <Panel title={t('correction.title')}>
      <p className="muted">{t('correction.text')}</p>
      <DataTable label={t('correction.title')} rows={study.corrections} columns={columns} rowKey={(row) => String(row.id)} />
      {undoing && <Undo study={study} correction={undoing} onClose={() => setUndoing(null)} />}
    </Panel>
  );
}

function Changes({ correction }: { correction: Correction }) {
  const { t } = useTranslation('study');
  return (
    <ul className="changes">
      {correction.changes.map(({ attribute, before, after }) => (
        <li key={attribute}>
          {t(`attribute.${attribute}`)}: <del>{before || t('not_said')}</del> → <ins>{after || t('not_said')}</ins>
        </li>
      ))}
    </ul>
  );
}

function Undo({ study, correction, onClose }: { study: StudyDetail; correction: Correction; onClose: () => void }) {
  const { t } = useTranslation('study');
  const { message } = App.useApp();
  const undo = useUndoCorrection(study.uid);
  const done = () => {
    void message.success(t('act.done'));
    onClose();
  };
  return (
    <AskReason
      title={t('correction.undo')}
      pending={undo.isPending}
      error={undo.error}
      onClose={onClose}
      onReason={(reason) => undo.mutate({ id: correction.id, reason }, { onSuccess: done })}
    >
      <p>{t('correction.undo_text')}</p>
    </AskReason>
  );
}
