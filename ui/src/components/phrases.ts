// Names and sentences that applications give in English only, in the language of the page where they are known; an
// unknown one is shown as it came.
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Finding } from '../api/types.ts';
import { useText } from '../i18n.ts';

function keyOf(english: string): string | undefined {
  const key = english.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
  return i18next.getResource('en', 'phrases', key) === english ? key : undefined;
}

const leadCount = /^(\d+) of (\d+) leads usable(?:; worst: (.+))?$/;

// Whole, or part by part ("fair: baseline wander, mains noise").
export function usePhrase(): (english: string) => string {
  const { t } = useTranslation('phrases');
  const { t: result } = useTranslation('result');
  return (english) => {
    const key = keyOf(english);
    if (key) return t(key);
    const [, usable, all, lead] = leadCount.exec(english) ?? [];
    if (usable) return result(lead ? 'leads_usable_worst' : 'leads_usable', { usable, all, lead });
    return english
      .split(/(: |, |; )/)
      .map((part) => {
        const known = keyOf(part);
        return known ? t(known) : part;
      })
      .join('');
  };
}

const leadQuality = 'signal-quality-';

export function useFindingName(): (finding: Finding) => string {
  const { t, i18n } = useTranslation('result');
  const { t: patient } = useTranslation('patient');
  const text = useText();
  return (finding) => {
    const { code, display } = finding.code;
    if (i18n.exists(`result:code.${code}`)) return t(`code.${code}`);
    if (code.startsWith(leadQuality)) return t('lead_quality', { lead: code.slice(leadQuality.length) });
    if (i18n.exists(`patient:part.${code}`)) return t('news2_points', { name: patient(`part.${code}`) });
    return text(finding.name) || display;
  };
}
