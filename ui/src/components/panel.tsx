// A titled section of a page.
import { useId, type ReactNode } from 'react';

export function Panel(props: {
  title: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
  level?: 2 | 3;
}) {
  const id = useId();
  const Heading = props.level === 3 ? 'h3' : 'h2';
  return (
    <section className={`panel ${props.className ?? ''}`} aria-labelledby={id}>
      <div className="panel-head">
        <Heading id={id}>{props.title}</Heading>
        {props.extra && <div className="panel-extra">{props.extra}</div>}
      </div>
      <div className="panel-body">{props.children}</div>
    </section>
  );
}

// Label and value, the value stronger than the label.
export function Fact({ label, children, wide }: { label: ReactNode; children: ReactNode; wide?: boolean }) {
  return (
    <div className={wide ? 'fact fact-wide' : 'fact'}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
