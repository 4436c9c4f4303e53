// Where a resource points, and what points at it (asked of the server by a reverse include).
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { resourcesOf, useFhirSearch } from '../../api/fhir_queries.ts';
import type { Resource } from '../../api/fhir_types.ts';
import { Failure } from '../../components/page_states.tsx';
import { summaryOf } from '../../format/resource.ts';

interface Outgoing {
  path: string;
  target: string;
  display?: string;
}

// Each Reference inside the resource with the path to it.
export function outgoingOf(value: unknown, path: string): Outgoing[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => outgoingOf(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  const own =
    typeof object.reference === 'string'
      ? [{ path, target: object.reference, display: object.display as string | undefined }]
      : [];
  return [...own, ...Object.entries(object).flatMap(([key, item]) => outgoingOf(item, `${path}.${key}`))];
}

const isLocal = (target: string) => /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(target);

function Target({ to }: { to: string }) {
  if (!isLocal(to)) return <span className="mono wrap">{to}</span>;
  return (
    <Link to="/record" search={(old) => ({ ...old, open: to, view: 'links' })} className="mono wrap">
      {to}
    </Link>
  );
}

export function Links({ resource }: { resource: Resource }) {
  const { t } = useTranslation('record');
  const outgoing = outgoingOf(resource, resource.resourceType);
  const incoming = useFhirSearch(resource.resourceType, `_id=${resource.id}&_revinclude=*`);
  const pages = incoming.data?.pages ?? [];
  const found = pages.flatMap((page) => resourcesOf(page, 'include'));
  return (
    <div className="record-links">
      <section aria-labelledby="links-out">
        <h3 id="links-out">{t('links.outgoing', { count: outgoing.length })}</h3>
        <ul>
          {outgoing.map((link) => (
            <li key={link.path}>
              <span className="muted mono small">{link.path}</span> <Target to={link.target} /> {link.display}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="links-in">
        <h3 id="links-in">{t('links.incoming', { count: found.length })}</h3>
        {incoming.error ? (
          <Failure error={incoming.error} />
        ) : (
          <ul aria-busy={incoming.isFetching}>
            {found.map((one) => (
              <li key={`${one.resourceType}/${one.id}`}>
                <Target to={`${one.resourceType}/${one.id}`} /> {summaryOf(one)}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
