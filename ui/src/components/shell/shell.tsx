// The frame of every page: skip link, navigation (a bar on the left, a drawer on narrow screens), notices, main.
import { MenuOutlined } from '@ant-design/icons';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from './brand.tsx';
import { Navigation } from './navigation.tsx';
import { Notices } from './notices.tsx';
import { UserMenu } from './user_menu.tsx';

export function Shell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('skip')}
      </a>
      <header className="shell-side">
        <Brand />
        <Navigation />
        <div className="shell-side-foot">
          <UserMenu />
        </div>
      </header>
      <header className="shell-top">
        <Button
          type="text"
          icon={<MenuOutlined />}
          aria-label={t('nav.open')}
          aria-expanded={open}
          onClick={() => setOpen(true)}
        />
        <Brand />
      </header>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        placement="left"
        size={280}
        title={<Brand />}
        closable={{ 'aria-label': t('close') }}
        aria-label={t('nav.label')}
      >
        <div className="shell-drawer">
          <Navigation />
          <UserMenu />
        </div>
      </Drawer>
      <div className="shell-body">
        <Notices />
        <main id="main" tabIndex={-1} className="shell-main">
          <Outlet />
        </main>
      </div>
    </div>
  );
}
