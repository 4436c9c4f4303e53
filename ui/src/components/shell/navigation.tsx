// Links to the pages that the signed-in person may open, with the count of unread results.
import {
  AuditOutlined,
  DashboardOutlined,
  DiffOutlined,
  FileSearchOutlined,
  InfoCircleOutlined,
  MergeCellsOutlined,
  PictureOutlined,
  TeamOutlined,
  UnorderedListOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useWards } from '../../api/queries.ts';
import { useMay } from '../../api/session.tsx';
import type { Permission } from '../../api/types.ts';

interface Place {
  to: string;
  name: string;
  icon: ReactNode;
  needs?: Permission;
}

const places: Place[] = [
  { to: '/worklist', name: 'nav.worklist', icon: <UnorderedListOutlined />, needs: 'read_clinical' },
  { to: '/patients', name: 'nav.patients', icon: <TeamOutlined />, needs: 'read_clinical' },
  { to: '/studies', name: 'nav.studies', icon: <PictureOutlined />, needs: 'read_clinical' },
  { to: '/conflicts', name: 'nav.conflicts', icon: <DiffOutlined />, needs: 'read_clinical' },
  { to: '/record', name: 'nav.record', icon: <FileSearchOutlined />, needs: 'read_clinical' },
  { to: '/identity', name: 'nav.identity', icon: <MergeCellsOutlined />, needs: 'read_clinical' },
  { to: '/system', name: 'nav.system', icon: <DashboardOutlined />, needs: 'read_system' },
  { to: '/audit', name: 'nav.audit', icon: <AuditOutlined />, needs: 'read_audit' },
  { to: '/users', name: 'nav.users', icon: <UserSwitchOutlined />, needs: 'manage_users' },
  { to: '/about', name: 'nav.about', icon: <InfoCircleOutlined /> },
];

export function Navigation() {
  const { t } = useTranslation();
  const may = useMay();
  const wards = useWards(may('read_clinical'));
  const unread = wards.data?.reduce((sum, ward) => sum + ward.unread, 0) ?? 0;
  return (
    <nav aria-label={t('nav.label')} className="nav">
      <ul>
        {places
          .filter((place) => !place.needs || may(place.needs))
          .map((place) => (
            <li key={place.to}>
              <Link to={place.to} className="nav-link" activeProps={{ className: 'active', 'aria-current': 'page' }}>
                <span aria-hidden="true">{place.icon}</span>
                <span>{t(place.name)}</span>
                {place.to === '/worklist' && unread > 0 && (
                  <span className="nav-count">
                    {unread}
                    <span className="visually-hidden"> {t('nav.unread')}</span>
                  </span>
                )}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
