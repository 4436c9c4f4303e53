// What each field says: a bar to the right speaks for one person, to the left for two. The sign, the words and the number
// say the same as the side and the colour of the bar.
import { useTranslation } from 'react-i18next';
import type { Evidence } from '../../api/pair_queries.ts';

const fullBits = 16;

export function EvidenceBars({ evidence }: { evidence: Evidence[] }) {
  const { t } = useTranslation('identity');
  return (
    <table className="evidence">
      <caption>{t('evidence')}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('field_column')}</th>
          <th scope="col">{t('level_column')}</th>
          <th scope="col">{t('bits_column')}</th>
        </tr>
      </thead>
      <tbody>
        {evidence.map(({ field, level, bits }) => {
          const width = `${Math.min(1, Math.abs(bits) / fullBits) * 50}%`;
          const side = bits >= 0 ? { insetInlineStart: '50%', width } : { insetInlineEnd: '50%', width };
          return (
            <tr key={field}>
              <th scope="row">{t(`field.${field}`)}</th>
              <td>{t(`level.${level}`)}</td>
              <td>
                <span className="evidence-scale" aria-hidden="true">
                  <span className={bits >= 0 ? 'evidence-bar for' : 'evidence-bar against'} style={side} />
                </span>
                <span className="evidence-bits">
                  {bits >= 0 ? '+' : '−'}
                  {Math.abs(bits).toFixed(1)}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
