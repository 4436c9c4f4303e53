// MOCK: conflicts of patients.
import type { Conflict, Decision } from '../src/api/conflict_queries.ts';
import { patients } from './mock_data.ts';
import type { Call, Reply } from './mock_routes.ts';

const person = (index: number) => {
  const { score: _score, ...reference } = patients[index];
  return reference;
};
const entry = (id: string, known: number, other: number, more: Partial<Conflict>): Conflict => ({
  id,
  number: patients[known].mrn,
  known_system: 'urn:xinglin:issuer:HOSPITAL',
  other_system: 'urn:xinglin:issuer:HOSPITAL',
  known: patients[known].id,
  other: patients[other].id,
  known_person: person(known),
  other_person: person(other),
  differs: [],
  at: new Date(Date.now() - 3_600_000).toISOString(),
  sender: 'dimse:CT1@10.0.0.7',
  decision: null,
  decided_at: null,
  decided_by: null,
  why: null,
  ...more,
});
const conflicts: Conflict[] = [
  entry('2', 0, 1, { differs: ['name', 'birth_date', 'gender'] }),
  entry('1', 2, 3, { other_system: 'urn:xinglin:issuer:' }),
];
export const open = () => conflicts.filter((one) => !one.decision).length;

export function answer(call: Call): Reply | undefined {
  const [, , room, id = ''] = call.path.split('/').map(decodeURIComponent);
  if (room !== 'conflicts') return undefined;
  if (call.method === 'GET') {
    const items = conflicts.filter((one) => call.query.get('state') === 'all' || !one.decision);
    return { status: 200, body: { items } };
  }
  const found = conflicts.find((one) => one.id === id);
  if (!found) return { status: 404 };
  const { decision, reason } = call.body as { decision: Decision; reason: string };
  const made = decision === 'open' ? null : decision;
  Object.assign(found, {
    decision: made,
    decided_at: made && new Date().toISOString(),
    decided_by: made && `user:${call.user}`,
    why: made && reason,
  });
  return { status: 204 };
}
