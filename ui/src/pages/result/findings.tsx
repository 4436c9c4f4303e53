// Every finding with value, unit, reference range, flag and method; parts of a score are set in below it.
import { useTranslation } from 'react-i18next';
import type { Finding } from '../../api/types.ts';
import { FindingValue, referenceText } from '../../components/finding_value.tsx';
import { FlagMark } from '../../components/marks.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { useFindingName } from '../../components/phrases.ts';

interface Row {
  finding: Finding;
  depth: number;
}

const flatten = (findings: Finding[], depth = 0): Row[] =>
  findings.flatMap((finding) => [{ finding, depth }, ...flatten(finding.components, depth + 1)]);

// `whole`: without the parts of scores, where the page shows them better elsewhere.
export function FindingsTable({ findings, whole }: { findings: Finding[]; whole?: boolean }) {
  const { t } = useTranslation('result');
  const name = useFindingName();
  const rows = whole ? findings.map((finding) => ({ finding, depth: 0 })) : flatten(findings);
  const withConfidence = rows.some(({ finding }) => finding.confidence !== null);
  if (rows.length === 0) return null;
  return (
    <Panel title={t('findings')}>
      <ScrollTable label={t('findings')} className="findings">
        <caption className="visually-hidden">{t('findings')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.name')}</th>
            <th scope="col">{t('column.value')}</th>
            <th scope="col">{t('column.flag')}</th>
            <th scope="col">{t('column.reference')}</th>
            {withConfidence && <th scope="col">{t('column.confidence')}</th>}
            <th scope="col">{t('column.method')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ finding, depth }, index) => (
            <tr key={`${finding.code.code}-${index}`} className={finding.state === 'cannot_tell' ? 'row-unknown' : ''}>
              <th scope="row" style={{ paddingInlineStart: 10 + depth * 18 }}>
                {name(finding)}
              </th>
              <td>
                <FindingValue finding={finding} />
              </td>
              <td>
                <FlagMark flag={finding.flag} />
              </td>
              <td>{referenceText(finding)}</td>
              {withConfidence && <td>{finding.confidence === null ? '' : `${Math.round(finding.confidence * 100)} %`}</td>}
              <td className="muted">{finding.method}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Panel>
  );
}
