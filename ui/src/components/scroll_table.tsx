// A plain table that scrolls sideways inside its own box (reachable by keyboard), so that the page never does.
import type { ReactNode } from 'react';

export function ScrollTable({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div className="scroll-x" role="region" aria-label={label} tabIndex={0}>
      <table className={`plain ${className ?? ''}`}>{children}</table>
    </div>
  );
}
