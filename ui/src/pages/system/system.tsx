// How the house is doing: state, queues, what came in, what was put aside, who may be whom, what failed, merges.
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useSystem } from '../../api/system_queries.ts';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { TabLinks } from '../../components/tab_links.tsx';
import { Conflicts } from '../conflicts/conflicts.tsx';
import { Bulk } from './bulk.tsx';
import { Custody } from './custody.tsx';
import { DeadLetters } from './dead_letters.tsx';
import { Deletions } from './deletions.tsx';
import { Merges } from './merges.tsx';
import { Messages } from './messages.tsx';
import { Overview, Tiles } from './overview.tsx';
import { Peers } from './peers.tsx';
import { Quarantine } from './quarantine.tsx';
import '../../styles/system.css';

const all = ['overview', 'messages', 'quarantine', 'conflicts', 'custody', 'deletions', 'peers', 'bulk', 'dead', 'merges'] as const;
type Tab = (typeof all)[number];

export function SystemPage() {
  const { t } = useTranslation('system');
  usePageTitle(t('title'));
  const search = useSearch({ from: '/system' });
  const query = useSystem();
  const may = useMay();
  const tabs = all.filter((tab) => tab !== 'deletions' || may('delete_images'));
  const active: Tab = tabs.includes(search.tab as Tab) ? (search.tab as Tab) : 'overview';
  const content: Record<Tab, React.ReactNode> = {
    overview: (
      <Loaded query={query} rows={6}>
        {(state) => <Overview state={state} />}
      </Loaded>
    ),
    messages: <Messages />,
    quarantine: <Quarantine />,
    conflicts: <Conflicts />,
    custody: <Custody />,
    deletions: <Deletions />,
    peers: <Peers />,
    bulk: <Bulk />,
    dead: <DeadLetters />,
    merges: <Merges />,
  };
  const counts: Partial<Record<Tab, number>> = {
    quarantine: query.data?.counts.quarantine,
    conflicts: query.data?.counts.conflicts,
    dead: query.data?.counts.dead_letters,
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="page-title">{t('title')}</h1>
        {query.data && (
          <span className={`state state-${query.data.state}`}>
            {t(`state.${query.data.state}`)} · {query.data.version}
          </span>
        )}
      </div>
      {query.data && <Tiles state={query.data} />}
      <TabLinks
        label={t('tabs')}
        active={active}
        tabs={tabs.map((tab) => ({
          key: tab,
          text: counts[tab] ? `${t(`tab.${tab}`)} (${counts[tab]})` : t(`tab.${tab}`),
          link: (props) => (
            <Link
              to="/system"
              search={tab === 'overview' ? {} : { tab }}
              {...props}
            />
          ),
        }))}
      />
      {content[active]}
    </div>
  );
}
