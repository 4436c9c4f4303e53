// antd's configuration (theme, words) and the gate: no session shows the sign-in page at whatever address is open.
import { RouterProvider } from '@tanstack/react-router';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from './api/session.tsx';
import { PageFailure, PageSkeleton } from './components/page_states.tsx';
import { useLanguage } from './i18n.ts';
import { SignInPage } from './pages/sign_in.tsx';
import { router } from './router.tsx';
import { useTheme } from './theme/mode.tsx';
import { antdTheme } from './theme/tokens.ts';

function Gate() {
  const { session, loading, error, retry } = useSession();
  useEffect(() => {
    if (session) void router.invalidate();
  }, [session]);
  if (loading) return <PageSkeleton />;
  if (error && !session) return <PageFailure error={error} retry={retry} />;
  if (!session) return <SignInPage />;
  return <RouterProvider router={router} context={{ session }} />;
}

export function App() {
  const language = useLanguage();
  const { scheme } = useTheme();
  const { t } = useTranslation();
  return (
    <ConfigProvider
      theme={antdTheme(scheme)}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      renderEmpty={() => <span className="muted">{t('empty')}</span>}
    >
      <AntApp component={false} message={{ top: 'calc(100vh - 72px)', maxCount: 1 }}>
        <Gate />
      </AntApp>
    </ConfigProvider>
  );
}
