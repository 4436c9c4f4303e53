// Who answers for a resource: the organisation that performed, keeps or provided it, as far as the resource says so.
import type { Reference, Resource } from '../api/fhir_types.ts';

const singles = ['serviceProvider', 'custodian', 'managingOrganization', 'insurer', 'provider', 'asserter', 'recorder'];

const isOrganization = (reference: Reference) => reference.reference?.startsWith('Organization/') ?? false;
const nameOf = (reference: Reference) => reference.display ?? reference.reference ?? '';

function performers(resource: Resource): Reference[] {
  const list = resource.performer as (Reference | { actor?: Reference })[] | undefined;
  return (Array.isArray(list) ? list : []).flatMap((one) => ('actor' in one && one.actor ? [one.actor] : [one as Reference]));
}

export function institutionOf(resource: Resource): string {
  const said = [...performers(resource), ...singles.flatMap((name) => (resource[name] ? [resource[name] as Reference] : []))];
  const organization = said.find(isOrganization);
  return organization ? nameOf(organization) : '';
}

export function institutionsOf(resources: Resource[]): string[] {
  return [...new Set(resources.map(institutionOf).filter(Boolean))].sort((a, b) => a.localeCompare(b));
}
