// A moment, short, with the exact time and the elapsed time behind it.
import { formatAgo, formatDateTime, formatShort } from '../format/date.ts';
import { useLanguage } from '../i18n.ts';

export function TimeText({ at, form = 'short' }: { at: string; form?: 'short' | 'full' | 'ago' }) {
  const language = useLanguage();
  const full = formatDateTime(at, language);
  const shown = form === 'full' ? full : form === 'ago' ? formatAgo(at, language) : formatShort(at, language);
  return (
    <time dateTime={at} title={`${full} · ${formatAgo(at, language)}`}>
      {shown}
    </time>
  );
}
