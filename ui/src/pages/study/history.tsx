// Every act on the study: what, when, by whom, why; and the evidence that said it was complete.
import { useTranslation } from 'react-i18next';
import type { StudyAct, StudyDetail } from '../../api/study_types.ts';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';

export function History({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const columns: Column<StudyAct>[] = [
    { key: 'at', name: t('history.at'), cell: (act) => <TimeText at={act.at} form="full" /> },
    { key: 'act', name: t('history.act'), isRowName: true, cell: (act) => t(`history.${act.act}`) },
    { key: 'who', name: t('history.who'), cell: (act) => act.who },
    { key: 'why', name: t('history.why'), className: 'wrap', cell: (act) => <Why act={act} /> },
  ];
  return (
    <Panel title={t('history.title')}>
      {study.history.length === 0 ? (
        <p className="muted">{t('history.none')}</p>
      ) : (
        <DataTable label={t('history.title')} rows={study.history} columns={columns} rowKey={(act) => String(act.id)} />
      )}
    </Panel>
  );
}

function Why({ act }: { act: StudyAct }) {
  const { t } = useTranslation('study');
  const said = (act.detail.evidence ?? []).map(({ kind, detail }) => t(`evidence.${kind}`, detail));
  return <>{[act.why, ...said].filter(Boolean).join('; ') || '–'}</>;
}
