// The value of one finding: number with unit, a coded word, "cannot tell" with the reason, or "not there".
import { useTranslation } from 'react-i18next';
import type { Finding } from '../api/types.ts';
import { formatQuantity, formatUnit } from '../format/number.ts';
import { usePhrase } from './phrases.ts';

const comparators: Record<string, string> = { '>=': '≥ ', '<=': '≤ ', '>': '> ', '<': '< ' };

export function FindingValue({ finding }: { finding: Finding }) {
  const { t } = useTranslation('result');
  const phrase = usePhrase();
  if (finding.state === 'cannot_tell') {
    return (
      <span className="cannot-tell">
        <em>{t('cannot_tell')}</em>
        {finding.reason && <span className="muted">: {phrase(finding.reason)}</span>}
      </span>
    );
  }
  if (finding.state === 'absent') return <span>{t('absent')}</span>;
  if (finding.value === null) return <span className="muted">–</span>;
  const value = typeof finding.value === 'string' ? phrase(finding.value) : finding.value;
  const comparator = comparators[finding.comparator ?? ''] ?? '';
  return (
    <strong>
      {comparator}
      {formatQuantity(value, finding.unit)}
    </strong>
  );
}

export function referenceText(finding: Finding): string {
  if (!finding.reference) return '';
  const { low, high } = finding.reference;
  return `${low}–${high} ${formatUnit(finding.unit)}`.trim();
}
