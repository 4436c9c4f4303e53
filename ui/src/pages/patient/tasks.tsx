// What the ward was asked to do.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTasks } from '../../api/queries.ts';
import type { CareTask, Patient } from '../../api/types.ts';
import { PriorityTag } from '../../components/marks.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { useText } from '../../i18n.ts';

const shown = 6;
const closed = ['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error'];
const isOpen = (task: CareTask) => !closed.includes(task.status);
const openFirst = (a: CareTask, b: CareTask) => Number(isOpen(b)) - Number(isOpen(a));

export function TasksPanel({ patient }: { patient: Patient }) {
  const { t, i18n } = useTranslation('patient');
  const text = useText();
  const query = useTasks(patient.id);
  const status = (code: string) => (i18n.exists(`patient:task.${code}`) ? t(`task.${code}`) : code);
  return (
    <Panel title={t('task.title')}>
      <Loaded query={query} rows={2} empty={t('task.none')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ul className="result-list">
            {items.toSorted(openFirst).slice(0, shown).map((task) => (
              <li key={task.id} className="result-line">
                <span className={isOpen(task) ? 'task-text' : 'task-text task-closed'}>{text(task.text)}</span>
                <div className="result-line-meta">
                  <PriorityTag priority={task.priority} />
                  <span>{status(task.status)}</span>
                  <span className="muted small">
                    <TimeText at={task.created} />
                    {task.due && (
                      <>
                        {' · '}
                        {t('task.due')} <TimeText at={task.due} />
                      </>
                    )}
                    {task.owner && ` · ${task.owner}`}
                  </span>
                  {task.result && (
                    <Link to="/results/$id" params={{ id: task.result }} className="small">
                      {t('task.result')}
                    </Link>
                  )}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
