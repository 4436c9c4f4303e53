import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { setLanguage, useLanguage, type Language } from '../../i18n.ts';
import { useTheme, type Mode } from '../../theme/mode.tsx';
import { Choice } from '../choice.tsx';

export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Choice<Language>
      label={t('language')}
      value={language}
      onChange={setLanguage}
      options={[
        { value: 'en', text: 'English', lang: 'en' },
        { value: 'zh', text: '中文', lang: 'zh-CN' },
      ]}
    />
  );
}

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { mode, setMode } = useTheme();
  return (
    <Choice<Mode>
      label={t('theme.label')}
      value={mode}
      onChange={setMode}
      options={[
        { value: 'light', text: <SunOutlined />, name: t('theme.light') },
        { value: 'dark', text: <MoonOutlined />, name: t('theme.dark') },
        { value: 'system', text: <DesktopOutlined />, name: t('theme.system') },
      ]}
    />
  );
}
