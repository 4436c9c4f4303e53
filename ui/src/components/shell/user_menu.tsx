// Who is signed in, language and theme, the state of live updates, sign-out.
import { LogoutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useStream } from '../../api/events.tsx';
import { useSession } from '../../api/session.tsx';
import { LanguageSwitch, ThemeSwitch } from './switches.tsx';

export function UserMenu() {
  const { t } = useTranslation();
  const { session, signOut } = useSession();
  const stream = useStream();
  if (!session) return null;
  const { user } = session;
  return (
    <div className="user-menu">
      <div className={`stream stream-${stream}`}>
        <span className="stream-dot" aria-hidden="true" />
        {t(`stream.${stream}_short`)}
      </div>
      <LanguageSwitch />
      <ThemeSwitch />
      <div className="user-line">
        <div>
          <div className="user-name">{user.display || user.name}</div>
          <div className="muted small">
            {t(`role.${user.role}`)}
            {user.demo && ` · ${t('demo_account')}`}
          </div>
        </div>
        <Button type="text" icon={<LogoutOutlined />} aria-label={t('sign_out')} onClick={() => void signOut()} />
      </div>
    </div>
  );
}
