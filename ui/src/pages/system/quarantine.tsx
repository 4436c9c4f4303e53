// What came in and could not be used, kept as it was, with the reason.
import { useTranslation } from 'react-i18next';
import { useQuarantine } from '../../api/system_queries.ts';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatBytes } from '../../format/number.ts';
import { Digest } from '../result/provenance.tsx';

export function Quarantine() {
  const { t } = useTranslation('system');
  const query = useQuarantine();
  return (
    <Panel title={t('tab.quarantine')}>
      <p className="muted">{t('quarantine.text')}</p>
      <Loaded query={query} rows={5} empty={t('quarantine.none')} isEmpty={(items) => items.length === 0}>
        {(items) => (
          <ScrollTable label={t('tab.quarantine')}>
            <caption className="visually-hidden">{t('tab.quarantine')}</caption>
            <thead>
              <tr>
                {['at', 'source', 'sender', 'reason', 'size', 'digest'].map((column) => (
                  <th key={column} scope="col">
                    {t(`quarantine.${column}`)}
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
                  <td>{t(`source.${row.source}`)}</td>
                  <td>{row.sender}</td>
                  <td className="wrap">
                    {row.reason} <span className="mono muted small">{row.reason_code}</span>
                  </td>
                  <td>{formatBytes(row.size_bytes)}</td>
                  <td>{row.digest && <Digest value={row.digest} />}</td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
        )}
      </Loaded>
    </Panel>
  );
}
