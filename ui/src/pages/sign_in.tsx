// Sign-in at whatever address is open: after it, the same page appears.
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { useSession } from '../api/session.tsx';
import { useErrorText } from '../components/page_states.tsx';
import { Brand } from '../components/shell/brand.tsx';
import { LanguageSwitch, ThemeSwitch } from '../components/shell/switches.tsx';

interface Fields {
  username: string;
  password: string;
}

export function SignInPage() {
  const { t } = useTranslation();
  const { signIn, expired } = useSession();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async ({ username, password }: Fields) => {
    setBusy(true);
    setError(null);
    try {
      await signIn(username, password);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const wait = error instanceof ApiError ? error.retryAfterS : undefined;

  return (
    <main className="sign-in" id="main">
      <div className="sign-in-card">
        <Brand />
        <h1>{t('sign_in.title')}</h1>
        <p className="muted">{t('sign_in.text')}</p>
        <div aria-live="assertive">
          {error !== null ? (
            <Alert
              type="error"
              showIcon
              title={say(error)}
              description={wait ? t('sign_in.wait', { count: wait }) : undefined}
            />
          ) : (
            expired && <Alert type="warning" showIcon title={t('sign_in.expired')} />
          )}
        </div>
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={submit} disabled={busy}>
          <Form.Item
            name="username"
            label={t('sign_in.username')}
            rules={[{ required: true, message: t('sign_in.username_needed') }]}
          >
            <Input size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('sign_in.password')}
            rules={[{ required: true, message: t('sign_in.password_needed') }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" size="large" htmlType="submit" block loading={busy}>
            {t('sign_in.button')}
          </Button>
        </Form>
        <div className="sign-in-switches">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
      <p className="sign-in-foot muted">{t('decision_support')}</p>
    </main>
  );
}
