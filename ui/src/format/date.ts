// Dates as a clinician reads them: 14-Mar-1959 in English, 1959年3月14日 in Chinese; times always with 24 hours.
import dayjs from 'dayjs';
import type { Language } from '../i18n.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// FHIR dates may stop at the year or the month.
export function formatPartialDate(value: string, language: Language): string {
  const [year, month, day] = value.slice(0, 10).split('-');
  if (language === 'zh') {
    if (!month) return `${year}年`;
    return day ? `${year}年${Number(month)}月${Number(day)}日` : `${year}年${Number(month)}月`;
  }
  const name = month ? months[Number(month) - 1] : undefined;
  if (!name) return year;
  return day ? `${day}-${name}-${year}` : `${name}-${year}`;
}

export function ageInYears(birth: string, at: Date = new Date()): number | undefined {
  const born = dayjs(birth.length === 4 ? `${birth}-07-01` : birth.length === 7 ? `${birth}-15` : birth);
  if (!born.isValid()) return undefined;
  const years = dayjs(at).diff(born, 'year');
  return years >= 0 && years < 150 ? years : undefined;
}

export function formatDate(value: string | number | Date, language: Language): string {
  const at = dayjs(value);
  if (!at.isValid()) return '';
  return formatPartialDate(at.format('YYYY-MM-DD'), language);
}

export function formatTime(value: string | number | Date): string {
  const at = dayjs(value);
  return at.isValid() ? at.format('HH:mm') : '';
}

export function formatDateTime(value: string | number | Date, language: Language): string {
  const at = dayjs(value);
  return at.isValid() ? `${formatDate(value, language)} ${at.format('HH:mm')}` : '';
}

// Short for tables: only the time when it was today.
export function formatShort(value: string | number | Date, language: Language): string {
  const at = dayjs(value);
  if (!at.isValid()) return '';
  if (at.isSame(dayjs(), 'day')) return at.format('HH:mm');
  return language === 'zh' ? at.format('M月D日 HH:mm') : `${at.format('DD')}-${months[at.month()]} ${at.format('HH:mm')}`;
}

export function formatAgo(value: string | number | Date, language: Language): string {
  const seconds = Math.round((dayjs(value).valueOf() - Date.now()) / 1000);
  const format = new Intl.RelativeTimeFormat(language === 'zh' ? 'zh-CN' : 'en', { numeric: 'auto', style: 'short' });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.min(0, seconds), 'second');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86400), 'day');
}

export function formatDuration(seconds: number, language: Language): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const unit = language === 'zh' ? ['天', '小时', '分'] : [' d', ' h', ' min'];
  if (days) return `${days}${unit[0]} ${hours}${unit[1]}`;
  if (hours) return `${hours}${unit[1]} ${minutes}${unit[2]}`;
  return `${minutes}${unit[2]}`;
}
