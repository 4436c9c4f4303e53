// Tabs of a page as links: the open one is in the address, and the row scrolls sideways on narrow screens.
import type { ReactNode } from 'react';

// What the link of every tab has in common; its page adds where it leads.
export interface TabLinkProps {
  className: string;
  'aria-current'?: 'page';
  activeOptions: { exact: boolean };
  replace: boolean;
  children: ReactNode;
}
export interface TabLink {
  key: string;
  text: ReactNode;
  link: (props: TabLinkProps) => ReactNode;
}

export function TabLinks(props: { label: string; active: string; tabs: TabLink[] }) {
  return (
    <nav className="tab-links" aria-label={props.label}>
      <ul>
        {props.tabs.map((tab) => (
          <li key={tab.key}>
            {tab.link({
              className: 'tab-link',
              'aria-current': tab.key === props.active ? 'page' : undefined,
              activeOptions: { exact: true },
              replace: true,
              children: tab.text,
            })}
          </li>
        ))}
      </ul>
    </nav>
  );
}
