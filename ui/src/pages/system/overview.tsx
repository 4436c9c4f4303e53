import { useTranslation } from 'react-i18next';
import type { SystemState } from '../../api/system_types.ts';
import { Fact, Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatDuration } from '../../format/date.ts';
import { formatBytes } from '../../format/number.ts';
import { useLanguage } from '../../i18n.ts';

const tiles = ['messages', 'messages_refused', 'instances', 'patients', 'results', 'quarantine', 'conflicts', 'dead_letters', 'audit_leaves'] as const;
const worrying: readonly string[] = ['messages_refused', 'quarantine', 'conflicts', 'dead_letters'];

export function Tiles({ state }: { state: SystemState }) {
  const { t } = useTranslation('system');
  const language = useLanguage();
  const format = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en');
  return (
    <dl className="tiles">
      {tiles.map((name) => {
        const attention = worrying.includes(name) && state.counts[name] > 0;
        return (
          <div key={name} className={attention ? 'tile tile-attention' : 'tile'}>
            <dt>{t(`count.${name}`)}</dt>
            <dd>
              {attention && <span aria-hidden="true">⚠ </span>}
              {format.format(state.counts[name])}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

export function Overview({ state }: { state: SystemState }) {
  const { t } = useTranslation('system');
  const language = useLanguage();
  const { store, listeners } = state;
  const columns = ['ready', 'running', 'waiting_retry', 'dead', 'done'] as const;
  return (
    <div className="system-grid">
      <Panel title={t('queues')}>
        <ScrollTable label={t('queues')} className="numbers">
          <caption className="visually-hidden">{t('queues')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('queue.name')}</th>
              {columns.map((column) => (
                <th key={column} scope="col" className="end">
                  {t(`queue.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {state.queues.map((queue) => (
              <tr key={queue.name}>
                <th scope="row" className="mono">
                  {queue.name}
                </th>
                {columns.map((column) => (
                  <td key={column} className={`end ${column === 'dead' && queue.dead > 0 ? 'tone-critical' : ''}`}>
                    {queue[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      </Panel>
      <Panel title={t('server')}>
        <dl className="facts">
          <Fact label={t('version')}>
            <span className="mono">{state.version}</span>
          </Fact>
          <Fact label={t('started')}>
            <TimeText at={state.started_at} form="full" />
          </Fact>
          <Fact label={t('uptime')}>{formatDuration(state.uptime_s, language)}</Fact>
          <Fact label={t('store.database')}>{formatBytes(store.database_bytes)}</Fact>
          <Fact label={t('store.blobs')}>{formatBytes(store.blob_bytes)}</Fact>
          <Fact label={t('store.free')}>{formatBytes(store.disk_free_bytes)}</Fact>
          <Fact label={t('store.waiting')}>{store.writes_waiting}</Fact>
          {(['http', 'dimse', 'mllp'] as const).map((name) => (
            <Fact key={name} label={t(`listener.${name}`)}>
              {listeners[name] ? <span className="mono">{listeners[name]}</span> : t('listener.off')}
            </Fact>
          ))}
        </dl>
      </Panel>
    </div>
  );
}
