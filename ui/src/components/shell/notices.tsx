// One line above the page when live updates are broken: what is shown may be older than it looks.
import { useTranslation } from 'react-i18next';
import { useStream } from '../../api/events.tsx';
import { useEffect, useState } from 'react';

const graceMs = 3_000; // a reconnect within this time is not worth a word

export function Notices() {
  const { t } = useTranslation();
  const stream = useStream();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (stream !== 'broken') {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), graceMs);
    return () => clearTimeout(timer);
  }, [stream]);
  return (
    <div role="status" aria-live="polite">
      {late && (
        <div className="notice">
          <strong>{t('stream.broken')}</strong> {t('stream.broken_text')}
        </div>
      )}
    </div>
  );
}
