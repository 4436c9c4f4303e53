// Laboratory reports, newest first; abnormal values by arrow, word and colour.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabs } from '../../api/queries.ts';
import type { LabReport, Patient } from '../../api/types.ts';
import { Choice } from '../../components/choice.tsx';
import { FlagMark, toneOfFlag } from '../../components/marks.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatUnit } from '../../format/number.ts';
import { useLanguage } from '../../i18n.ts';

const spans = ['72', '720', '8760'];

export function LabsTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const [hours, setHours] = useState('720');
  const query = useLabs(patient.id, Number(hours));
  return (
    <div className="stack">
      <Choice
        label={t('labs.span')}
        value={hours}
        onChange={setHours}
        options={spans.map((value) => ({ value, text: t(`labs.span_${value}`) }))}
      />
      <Loaded query={query} rows={6} empty={t('labs.none')} isEmpty={(reports) => reports.length === 0}>
        {(reports) => (
          <>
            {reports.map((report) => (
              <Report key={report.id ?? 'loose'} report={report} />
            ))}
          </>
        )}
      </Loaded>
    </div>
  );
}

function Report({ report }: { report: LabReport }) {
  const { t, i18n } = useTranslation('patient');
  const language = useLanguage();
  const status = i18n.exists(`patient:labs.status_${report.status}`)
    ? t(`labs.status_${report.status}`)
    : report.status;
  const named = (one: { name: string; name_zh: string }) => (language === 'zh' && one.name_zh ? one.name_zh : one.name);
  const name = report.id === null ? t('labs.loose') : named(report);
  const extra = (
    <span className="muted small">
      {report.id !== null && status}
      {report.issued && (
        <>
          {' · '}
          <TimeText at={report.issued} form="full" />
        </>
      )}
    </span>
  );
  return (
    <Panel title={name} extra={extra}>
      <ScrollTable label={name} className="labs">
        <caption className="visually-hidden">{name}</caption>
        <thead>
          <tr>
            <th scope="col">{t('labs.test')}</th>
            <th scope="col" className="end">
              {t('labs.value')}
            </th>
            <th scope="col">{t('labs.unit')}</th>
            <th scope="col">{t('labs.flag')}</th>
            <th scope="col">{t('labs.range')}</th>
            <th scope="col">{t('time')}</th>
          </tr>
        </thead>
        <tbody>
          {report.observations.map((row) => (
            <tr key={row.id}>
              <th scope="row">{named(row)}</th>
              <td className={`end ${['', 'N'].includes(row.flag) ? '' : `tone-${toneOfFlag(row.flag)}`}`}>
                <strong>{row.value}</strong>
              </td>
              <td>{formatUnit(row.unit)}</td>
              <td>
                <FlagMark flag={row.flag} />
              </td>
              <td>{row.reference_range || <span className="muted">{t('labs.no_range')}</span>}</td>
              <td>{row.t ? <TimeText at={row.t} /> : <span className="muted">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Panel>
  );
}
