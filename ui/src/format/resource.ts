// One line that tells a resource from its neighbours: what it is, its value, when.
import type { CodeableConcept, Period, Quantity, Reference, Resource } from '../api/fhir_types.ts';
import { formatQuantity } from './number.ts';

export function conceptText(concept: CodeableConcept | undefined): string {
  const coding = concept?.coding?.find((one) => one.display) ?? concept?.coding?.[0];
  return concept?.text ?? coding?.display ?? coding?.code ?? '';
}

interface HumanName {
  text?: string;
  family?: string;
  given?: string[];
}

export function nameText(name: HumanName | undefined): string {
  return name?.text ?? [name?.family, name?.given?.join(' ')].filter(Boolean).join(', ');
}

export function quantityText(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return '';
  return (quantity.comparator ?? '') + formatQuantity(quantity.value, quantity.code ?? quantity.unit);
}

// The value[x] of an observation or component as people read it; "" when it has none.
export function valueText(of: Record<string, unknown>): string {
  if (of.valueQuantity) return quantityText(of.valueQuantity as Quantity);
  if (of.valueCodeableConcept) return conceptText(of.valueCodeableConcept as CodeableConcept);
  for (const [key, value] of Object.entries(of)) {
    if (key.startsWith('value') && ['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  }
  const components = of.component as ({ code?: CodeableConcept } & Record<string, unknown>)[] | undefined;
  return components?.map((one) => `${conceptText(one.code)} ${valueText(one)}`).join(' · ') ?? '';
}

const isPlain = (value: unknown): value is string => typeof value === 'string';
const whenNames = [
  'effectiveDateTime', 'onsetDateTime', 'performedDateTime', 'occurrenceDateTime', 'authoredOn', 'recordedDate', 'issued',
  'started', 'date', 'birthDate', 'created', 'sent',
];

export function whenOf(resource: Resource): string | undefined {
  for (const name of whenNames) if (isPlain(resource[name])) return resource[name];
  for (const name of ['period', 'effectivePeriod', 'performedPeriod', 'onsetPeriod', 'billablePeriod']) {
    const start = (resource[name] as Period | undefined)?.start;
    if (start) return start;
  }
  return undefined;
}

export function titleOf(resource: Resource): string {
  const names = resource.name as HumanName[] | string | undefined;
  if (Array.isArray(names)) return nameText(names[0]);
  if (isPlain(names)) return names;
  for (const key of ['code', 'medicationCodeableConcept', 'vaccineCode', 'type', 'category', 'serviceType']) {
    const value = resource[key] as CodeableConcept | CodeableConcept[] | undefined;
    const text = conceptText(Array.isArray(value) ? value[0] : value);
    if (text) return text;
  }
  for (const key of ['title', 'description']) if (isPlain(resource[key])) return resource[key];
  return (resource.medicationReference as Reference | undefined)?.display ?? '';
}

export function summaryOf(resource: Resource): string {
  const status = isPlain(resource.status) ? resource.status : conceptText(resource.clinicalStatus as CodeableConcept);
  return [titleOf(resource), valueText(resource), status, whenOf(resource)?.slice(0, 16).replace('T', ' ')]
    .filter(Boolean)
    .join(' · ');
}
