// Our measurements beside those the device stored: the text twin of the paper.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ecg, Finding, Result } from '../api/types.ts';
import { FlagMark } from '../components/marks.tsx';
import { FindingValue, referenceText } from '../components/finding_value.tsx';
import { useFindingName } from '../components/phrases.ts';
import { Panel } from '../components/panel.tsx';
import { ScrollTable } from '../components/scroll_table.tsx';
import { formatQuantity } from '../format/number.ts';
import { pairMeasurements, type DeviceMeasurement } from './device_measurements.ts';

export function Measurements({ ecg, result }: { ecg: Ecg; result: Result | undefined }) {
  const { t } = useTranslation('ecg');
  const extra = result ? (
    <Link to="/results/$id" params={{ id: result.id }}>
      {t('open_result')}
    </Link>
  ) : undefined;
  const rows = pairMeasurements(result?.findings ?? [], ecg.device_measurements);
  return (
    <Panel title={t('measurements')} extra={extra}>
      {!result && <p className="muted">{t('no_result')}</p>}
      {rows.length > 0 && <MeasurementTable rows={rows} withDevice={rows.some((row) => row.device)} />}
    </Panel>
  );
}

function MeasurementTable({ rows, withDevice }: { rows: ReturnType<typeof pairMeasurements>; withDevice: boolean }) {
  const { t } = useTranslation('ecg');
  const findingName = useFindingName();
  const name = (finding: Finding | undefined, device: DeviceMeasurement | undefined) =>
    finding ? findingName(finding) : device?.meaning || t('device_statement');
  return (
    <ScrollTable label={t('measurements')} className="measurements">
      <caption className="visually-hidden">{t('measurements')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('column.name')}</th>
          <th scope="col">{t('column.ours')}</th>
          <th scope="col">{t('column.flag')}</th>
          <th scope="col">{t('column.reference')}</th>
          {withDevice && <th scope="col">{t('column.device')}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ finding, device }, index) => (
          <tr key={`${finding?.code.code ?? device?.meaning}-${finding?.method ?? ''}-${index}`}>
            <th scope="row">
              {name(finding, device)}
              {finding?.method && <div className="muted small">{finding.method}</div>}
            </th>
            <td>{finding ? <FindingValue finding={finding} /> : <span className="muted">–</span>}</td>
            <td>{finding && <FlagMark flag={finding.flag} />}</td>
            <td className="nowrap">{finding && referenceText(finding)}</td>
            {withDevice && (
              <td className="nowrap">
                {device ? deviceText(device) : <span className="muted">{t('not_stored')}</span>}
                {finding && device && <div className="muted small">{device.meaning}</div>}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

const deviceText = (device: DeviceMeasurement) =>
  device.value === null ? device.text : formatQuantity(device.value, device.unit);
