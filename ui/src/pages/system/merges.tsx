// Patients that were merged; a merge can be undone.
import { App, Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useMerges, useUndoMerge } from '../../api/system_queries.ts';
import { Failure, Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';

export function Merges() {
  const { t } = useTranslation('system');
  const may = useMay();
  const { message } = App.useApp();
  const query = useMerges();
  const undo = useUndoMerge();
  return (
    <Panel title={t('tab.merges')}>
      <p className="muted">{t('merge.text')}</p>
      {undo.error && <Failure error={undo.error} />}
      <Loaded query={query} rows={4} empty={t('merge.none')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ScrollTable label={t('tab.merges')}>
            <caption className="visually-hidden">{t('tab.merges')}</caption>
            <thead>
              <tr>
                {['at', 'survivor', 'merged', 'who', 'state'].map((column) => (
                  <th key={column} scope="col">
                    {t(`merge.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={row.id}>
                  <td>
                    <TimeText at={row.at} />
                  </td>
                  <th scope="row">
                    {row.survivor_name} <span className="mono muted small">{row.survivor}</span>
                  </th>
                  <td>
                    {row.merged_name} <span className="mono muted small">{row.merged}</span>
                  </td>
                  <td>{row.who}</td>
                  <td>
                    {row.undone && t('merge.undone')}
                    {!row.undone && !may('operate_system') && t('merge.done')}
                    {!row.undone && may('operate_system') && (
                      <Popconfirm
                        title={t('merge.sure')}
                        okText={t('merge.undo')}
                        onConfirm={() => undo.mutate(row.id, { onSuccess: () => void message.success(t('merge.undone')) })}
                      >
                        <Button size="small">{t('merge.undo')}</Button>
                      </Popconfirm>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
        )}
      </Loaded>
    </Panel>
  );
}
