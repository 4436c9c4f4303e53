// Tabs of a page as links: the open one is in the address, and the row scrolls sideways on narrow screens.
import type { ReactNode } from 'react';

export interface TabLink {
  key: string;
  text: ReactNode;
  link: (className: string, text: ReactNode, current: boolean) => ReactNode;
}

export function TabLinks(props: { label: string; active: string; tabs: TabLink[] }) {
  return (
    <nav className="tab-links" aria-label={props.label}>
      <ul>
        {props.tabs.map((tab) => (
          <li key={tab.key}>{tab.link('tab-link', tab.text, tab.key === props.active)}</li>
        ))}
      </ul>
    </nav>
  );
}
