// A SHA-256 by its first digits; the whole of it on hover, on focus and to a screen reader.
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

const shownDigits = 12;

export function Digest({ value }: { value: string }) {
  const { t } = useTranslation('result');
  return (
    <Tooltip title={value}>
      <code className="digest" tabIndex={0} aria-label={t('digest', { value })}>
        {value.slice(0, shownDigits)}…
      </code>
    </Tooltip>
  );
}
