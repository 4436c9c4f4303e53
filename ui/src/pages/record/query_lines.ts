// A FHIR query string as the lines of the search builder, and back.
export interface Line {
  name: string; // "birthdate", "subject:Patient.name", "_has:Observation:patient:code"
  modifier: string;
  value: string;
}

export const resultParameters = [
  '_id', '_lastUpdated', '_tag', '_profile', '_security', '_source', '_text', '_content', '_filter', '_has', '_include',
  '_revinclude', '_sort', '_count', '_total', '_summary', '_elements',
];

// What a value looks like; the same in every language.
export const examples: Record<string, string> = {
  date: 'ge2026-01-01',
  number: 'gt0.8',
  quantity: 'ge5.4|http://unitsofmeasure.org|mmol/L',
  uri: 'http://example.org/…',
};

const modifiers: Record<string, string[]> = {
  string: ['exact', 'contains', 'missing'],
  token: ['not', 'text', 'in', 'not-in', 'above', 'below', 'of-type', 'missing'],
  reference: ['identifier', 'above', 'below', 'missing'],
  uri: ['above', 'below', 'missing'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  composite: ['missing'],
};

export function modifiersOf(type: string | undefined, present: string): string[] {
  const offered = ['', ...(modifiers[type ?? ''] ?? [])];
  return offered.includes(present) ? offered : [...offered, present];
}

const known = new Set(Object.values(modifiers).flat());
known.add('iterate');

export function readLines(query: string): Line[] {
  return [...new URLSearchParams(query)].map(([name, value]) => {
    const at = name.lastIndexOf(':');
    const modifier = at > 0 ? name.slice(at + 1) : '';
    return known.has(modifier) ? { name: name.slice(0, at), modifier, value } : { name, modifier: '', value };
  });
}

export function writeLines(lines: Line[]): string {
  const encode = (text: string) => encodeURIComponent(text).replace(/%(3A|2C|2F|7C|24)/g, (code) => decodeURIComponent(code));
  return lines
    .filter((line) => line.name !== '')
    .map((line) => `${encode(line.name)}${line.modifier ? `:${line.modifier}` : ''}=${encode(line.value)}`)
    .join('&');
}
