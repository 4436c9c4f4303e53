// MOCK: which invented answer belongs to which path.
import * as data from './mock_data.ts';
import { mockEcg } from './mock_ecg.ts';
import * as conflicts from './mock_conflicts.ts';
import * as pairs from './mock_pairs.ts';
import { answerReceipt, answerStudies } from './mock_studies.ts';
import * as system from './mock_system.ts';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  user: string | undefined;
}
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  signIn?: string;
  signOut?: boolean;
  event?: { kind: string; data: object };
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const problem = (status: number, code: string, detail = code): Reply => ({
  status,
  body: { type: 'about:blank', title: detail, status, detail, code, request_id: 'mock-1' },
});
const missing = () => problem(404, 'record.not-found');

function session(user: string) {
  const roles: Record<string, string> = { admin: 'administrator', engineer: 'integration', nurse: 'nurse', auditor: 'auditor' };
  const role = roles[user] ?? 'clinician';
  const permissions: Record<string, string[]> = {
    administrator: ['read_system', 'operate_system', 'read_audit', 'manage_users', 'delete_images'],
    clinician: ['read_clinical', 'write_clinical', 'give_feedback'],
    nurse: ['read_clinical', 'give_feedback'],
    auditor: ['read_system', 'read_audit'],
    integration: ['read_system', 'operate_system', 'read_received'],
  };
  return {
    user: { id: user, name: user, display: `${user[0].toUpperCase()}${user.slice(1)} Mock`, role, demo: true, permissions: permissions[role] },
    csrf: 'mock-csrf',
    expires_at: new Date(Date.now() + 1_800_000).toISOString(),
  };
}

function signIn(call: Call): Reply {
  const { username, password } = call.body as { username: string; password: string };
  if (password === 'slow') return { ...problem(429, 'trust.too-many-tries'), headers: { 'Retry-After': '30' } };
  if (password !== 'mock') return problem(401, 'trust.bad-credentials');
  return { ...ok(session(username)), signIn: username };
}

function worklist(query: URLSearchParams): Reply {
  const wanted = (name: string) => query.get(name) ?? '';
  const open = (item: data.Item) => item.status === 'unread' || item.status === 'read';
  const inWard = data.items.filter((item) => !wanted('ward') || item.patient.ward === wanted('ward'));
  const status = wanted('status');
  const items = inWard.filter(
    (item) =>
      (!status || status === 'all' || (status === 'open' ? open(item) : item.status === status)) &&
      (!wanted('priority') || item.priority === wanted('priority')) &&
      (!wanted('application') || item.application.id === wanted('application')) &&
      (!wanted('flag') || item.flag === wanted('flag')) &&
      (!wanted('q') || `${item.patient.name} ${item.patient.name_local} ${item.patient.mrn}`.toLowerCase().includes(wanted('q').toLowerCase())),
  );
  const counts = {
    unread: inWard.filter((item) => item.status === 'unread').length,
    urgent: inWard.filter((item) => open(item) && ['urgent', 'asap'].includes(item.priority)).length,
    stat: inWard.filter((item) => open(item) && item.priority === 'stat').length,
  };
  return ok({ items, total: items.length, counts, next: null });
}

function patientPart(id: string, part: string, query: URLSearchParams): Reply {
  const patient = data.patients.find((one) => one.id === id);
  if (!patient) return missing();
  const hours = Number(query.get('hours') ?? 24);
  const parts: Record<string, () => unknown> = {
    '': () => data.fullPatient(patient),
    vitals: () => data.vitals(patient, hours),
    news2: () => data.news2(patient, hours),
    results: () => ({ items: data.items.filter((item) => item.patient.id === id) }),
    labs: () => data.labs(),
    timeline: () => data.timeline(),
    studies: () => data.studies(patient),
    tasks: () => data.tasks(patient),
  };
  const make = parts[part];
  return make ? ok(make()) : missing();
}

function results(call: Call, id: string, action: string): Reply {
  const result = data.result(id);
  if (!result) return problem(404, 'inference.no-result');
  const item = data.items.find((one) => one.id === id)!;
  if (action === 'read') {
    if (item.status === 'unread') item.status = 'read';
    return ok({ id, status: item.status });
  }
  if (action === 'feedback') {
    const body = call.body as { action: string; reason?: string; edits?: { code: string; value: string }[] };
    if (item.status === 'rejected' || (body.action === 'accept' && result.feedback)) return problem(409, 'inference.decided');
    data.decide(id, body, call.user ?? '');
    const event = { kind: 'result', data: { type: 'inference.feedback', id, patient: item.patient.id } };
    return { ...ok(data.result(id)), event };
  }
  return ok(result);
}

function patients(query: URLSearchParams): Reply {
  const q = (query.get('q') ?? '').toLowerCase();
  const ward = query.get('ward');
  const items = data.patients
    .filter((p) => (!ward || p.ward === ward) && (!q || `${p.name} ${p.name_local} ${p.mrn}`.toLowerCase().includes(q)))
    .map(data.listItem);
  return ok({ items, total: items.length, next: null });
}

export function answer(call: Call): Reply {
  const { method, path, query, user } = call;
  if (path === '/api/session') {
    if (method === 'POST') return signIn(call);
    if (method === 'DELETE') return { status: 204, signOut: true };
    return user ? ok(session(user)) : problem(401, 'trust.no-session');
  }
  if (!user) return problem(401, 'trust.no-session');
  const [, , room, id = '', part = ''] = path.split('/').map(decodeURIComponent);
  switch (room) {
    case 'worklist':
      return worklist(query);
    case 'wards':
      return ok({ items: data.wards() });
    case 'applications':
      return ok({ items: data.applications });
    case 'patients':
      if (part === 'spo2-scale') return ok(data.setScale(id, call.body as { scale: number; reason: string }, user));
      return id ? patientPart(id, part, query) : patients(query);
    case 'results':
      return results(call, id, part);
    case 'studies':
      return answerStudies(call, id, part);
    case 'instances':
      return answerReceipt(id);
    case 'ecg':
      return id.startsWith('1.2.') ? ok(mockEcg(id)) : problem(404, 'archive.not-found');
    default:
      return conflicts.answer(call) ?? pairs.answer(call) ?? system.answer(call) ?? missing();
  }
}
