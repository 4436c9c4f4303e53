// Languages: texts from locales/, dates and antd's own words follow. The choice is kept in the browser.
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { readSetting, writeSetting } from './settings.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export interface Text {
  en?: string;
  zh?: string;
}

const files = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json', { eager: true });
const resources: Record<string, Record<string, Record<string, unknown>>> = {};
for (const [path, file] of Object.entries(files)) {
  const [language, name] = path.replace('./locales/', '').replace('.json', '').split('/');
  (resources[language] ??= {})[name] = file.default;
}

function initialLanguage(): Language {
  const fallback: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  return readSetting<Language>('language', fallback, languages);
}

function announce(language: Language) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
}

export function startI18n() {
  const language = initialLanguage();
  announce(language);
  return i18next.use(initReactI18next).init({
    resources,
    lng: language,
    fallbackLng: 'en',
    ns: Object.keys(resources.en ?? {}),
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

export function setLanguage(language: Language) {
  writeSetting('language', language);
  announce(language);
  void i18next.changeLanguage(language);
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'zh' ? 'zh' : 'en';
}

// A text that the server sends in both languages; the other language is better than nothing.
export function pickText(text: Text | string | null | undefined, language: Language): string {
  if (!text) return '';
  if (typeof text === 'string') return text;
  return text[language] || text.en || text.zh || '';
}

export function useText() {
  const language = useLanguage();
  return (text: Text | string | null | undefined) => pickText(text, language);
}
