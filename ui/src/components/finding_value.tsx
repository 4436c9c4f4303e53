// The value of one finding: number with unit, a coded word, "cannot tell" with the reason, or "not there".
import { useTranslation } from 'react-i18next';
import type { Finding } from '../api/types.ts';
import { formatQuantity, formatUnit } from '../format/number.ts';

export function FindingValue({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation('result');
  if (finding.state === 'cannot_tell') {
    return (
      <span className="cannot-tell">
        <em>{t('cannot_tell')}</em>
        {finding.reason && <span className="muted">: {finding.reason}</span>}
      </span>
    );
  }
  if (finding.state === 'absent') return <span>{t('absent')}</span>;
  if (finding.value === null) return <span className="muted">–</span>;
  if (typeof finding.value === 'string' && i18n.exists(`result:coded.${finding.value}`)) {
    return <strong>{t(`coded.${finding.value}`)}</strong>;
  }
  return <strong>{formatQuantity(finding.value, finding.unit)}</strong>;
}

export function referenceText(finding: Finding): string {
  if (!finding.reference) return '';
  const { low, high } = finding.reference;
  return `${low}–${high} ${formatUnit(finding.unit)}`.trim();
}
