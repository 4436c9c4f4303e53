// JSON of a resource, indented, with each reference to a resource of this server as a link.
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import type { Resource } from '../../api/fhir_types.ts';

const referenceLine = /^(\s*"reference": ")([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(\/_history\/\d+)?(",?)$/;

export function JsonText({ label, resource }: { label: string; resource: Resource }) {
  const lines = JSON.stringify(resource, null, 2).split('\n');
  return (
    <pre className="raw record-json" tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, index) => (
        <Fragment key={index}>
          {withLink(line)}
          {'\n'}
        </Fragment>
      ))}
    </pre>
  );
}

function withLink(line: string): ReactNode {
  const [, before, target, version = '', after] = referenceLine.exec(line) ?? [];
  if (!target) return line;
  return (
    <>
      {before}
      <Link to="/record" search={(old) => ({ ...old, open: target, view: undefined })}>
        {target}
        {version}
      </Link>
      {after}
    </>
  );
}
