// Jobs that failed for good; those who operate the system may run them again.
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useDeadLetters, useReplay } from '../../api/system_queries.ts';
import { Failure, Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';

export function DeadLetters() {
  const { t } = useTranslation('system');
  const may = useMay();
  const { message } = App.useApp();
  const query = useDeadLetters();
  const replay = useReplay();
  const columns = ['died_at', 'queue', 'key', 'error', 'attempts', ...(may('operate_system') ? ['action'] : [])];
  return (
    <Panel title={t('tab.dead')}>
      <p className="muted">{t('dead.text')}</p>
      {replay.error && <Failure error={replay.error} />}
      <Loaded query={query} rows={5} empty={t('dead.none')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ScrollTable label={t('tab.dead')}>
            <caption className="visually-hidden">{t('tab.dead')}</caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {t(`dead.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={row.id}>
                  <td>
                    <TimeText at={row.died_at} />
                  </td>
                  <td className="mono">{row.queue}</td>
                  <th scope="row" className="mono wrap">
                    {row.key}
                  </th>
                  <td className="wrap">{row.error}</td>
                  <td>{row.attempts}</td>
                  {may('operate_system') && (
                    <td>
                      <Button
                        size="small"
                        loading={replay.isPending && replay.variables === row.id}
                        aria-label={t('dead.replay_this', { key: row.key })}
                        onClick={() => replay.mutate(row.id, { onSuccess: () => void message.success(t('dead.replayed')) })}
                      >
                        {t('dead.replay')}
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </ScrollTable>
        )}
      </Loaded>
    </Panel>
  );
}
