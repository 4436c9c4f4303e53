// MOCK: pairs of patients who may be one person.
import type { Evidence, Pair, PairDecision, PairVerdict } from '../src/api/pair_queries.ts';
import { patients } from './mock_data.ts';
import type { Call, Reply } from './mock_routes.ts';

const person = (index: number) => {
  const { score: _score, ...reference } = patients[index];
  return reference;
};
const evidence: Evidence[] = [
  { field: 'birth_date', level: 'exact', bits: 14.8 },
  { field: 'contact', level: 'exact', bits: 18.2 },
  { field: 'family', level: 'sounds_alike', bits: 5.7 },
  { field: 'given', level: 'different', bits: -6 },
  { field: 'sex', level: 'exact', bits: 1 },
  { field: 'household', level: 'explains', bits: -2.2 },
];
const entry = (id: string, a: number, b: number, probability: number): Pair => ({
  id,
  a: patients[a].id,
  b: patients[b].id,
  a_person: person(a),
  b_person: person(b),
  probability,
  evidence,
  at: new Date(Date.now() - 3_600_000).toISOString(),
  decision: null,
  decided_at: null,
  decided_by: null,
  why: null,
});
const pairs: Pair[] = [entry('2', 0, 1, 0.9971), entry('1', 2, 3, 0.62)];
const past = new Map<string, PairDecision[]>();

export function answer(call: Call): Reply | undefined {
  const [, , room, kind, id = '', part] = call.path.split('/').map(decodeURIComponent);
  if (room !== 'identity' || kind !== 'pairs') return undefined;
  if (call.method === 'GET' && part === 'history') return { status: 200, body: { items: past.get(id) ?? [] } };
  if (call.method === 'GET') {
    const state = call.query.get('state');
    const items = pairs.filter((one) => state === 'all' || (one.decision ?? 'open') === (state ?? 'open'));
    return { status: 200, body: { items } };
  }
  const found = pairs.find((one) => one.id === id);
  if (!found) return { status: 404 };
  const { decision, reason } = call.body as { decision: PairVerdict; reason: string };
  const made = decision === 'open' ? null : decision;
  const at = new Date().toISOString();
  const who = `user:${call.user}`;
  past.set(id, [...(past.get(id) ?? []), { at, who, decision, why: reason }]);
  Object.assign(found, { decision: made, decided_at: made && at, decided_by: made && who, why: made && reason });
  return { status: 204 };
}
