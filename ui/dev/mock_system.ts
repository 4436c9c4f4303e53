// MOCK: system, audit and users.
import type * as S from '../src/api/system_types.ts';
import type { Custody, Deletion, Peer, PeerChange } from '../src/api/archive_queries.ts';
import { open } from './mock_conflicts.ts';
import type { Call, Reply } from './mock_routes.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const ok = (body: unknown): Reply => ({ status: 200, body });

let dead: S.DeadLetter[] = [
  { id: 'j1', queue: 'inference', key: 'resting-ecg:1.2.826.9', error: 'the model file could not be read', attempts: 5, died_at: ago(33) },
];

const queue = (name: string, done: number): S.Queue => ({ name, ready: 2, running: 1, waiting_retry: 0, dead: name === 'inference' ? dead.length : 0, done });

const state = (): S.SystemState => ({
  version: '0.1.0-mock',
  started_at: ago(190),
  uptime_s: 190 * 60,
  state: 'ready',
  queues: [queue('inference', 1284), queue('worklist', 2210), queue('publish', 1280)],
  counts: { messages: 15230, messages_refused: 3, quarantine: 1, conflicts: open(), dead_letters: dead.length, patients: 10, instances: 42, results: 1284, audit_leaves: 40211 },
  store: { database_bytes: 83_886_080, blob_bytes: 1_288_490_188, disk_free_bytes: 120_000_000_000, writes_waiting: 0 },
  listeners: { http: '127.0.0.1:8080', dimse: '127.0.0.1:11112', mllp: '127.0.0.1:2575' },
});

const quarantined: S.QuarantineRow = {
  id: 'q1',
  at: ago(50),
  source: 'dimse',
  sender: 'CT1@127.0.0.1',
  reason_code: 'dicom.truncated',
  reason: 'the data set ends inside element (7FE0,0010)',
  size_bytes: 524288,
  digest: 'ab'.repeat(32),
};
const hex = Array.from(
  { length: 64 },
  (_, line) => `${(line * 16).toString(16).padStart(8, '0')}  ${'44 49 43 4d 02 00 00 00  55 4c 04 00 c0 00 00 00'}  |DICM....UL......|`,
).join('\n');

let merge: S.MergeRow = {
  id: 'g1',
  survivor: 'p1',
  merged: 'p77',
  survivor_name: 'WANG, Xiaodong',
  merged_name: 'WANG, X',
  at: ago(300),
  who: 'mllp:SIMWARD',
  undone: false,
};

const message = (i: number): S.MessageRow => ({
  id: `m${i}`,
  at: ago(i * 2),
  type: i % 3 ? 'ORU^R01' : 'ADT^A01',
  control_id: `SIM${100200 + i}`,
  sender: 'SIMWARD|MOCK',
  ack: i === 4 ? 'AE' : i === 7 ? 'AR' : 'AA',
  error: i === 4 ? 'PID-3 holds no identifier' : i === 7 ? 'the message has no MSH segment' : null,
  patient: 'p1',
  size_bytes: 812 + i,
});
const messages = Array.from({ length: 14 }, (_, i) => message(i));
const raw = [
  'MSH|^~\\&|SIMWARD|MOCK|XINGLIN|HOUSE|20261122061000||ORU^R01^ORU_R01|SIM100201|P|2.5.1|||||||UNICODE UTF-8',
  'PID|1||00012345^^^MOCK^MR||WANG^Xiaodong||19590314|F',
  'OBX|1|NM|8867-4^Heart rate^LN||118|/min^^UCUM|50-100|H|||F',
].join('\n');

const leaf = (index: number): S.AuditLeaf => ({
  index,
  at: ago((399 - index) * 0.7),
  who: index % 4 ? 'user:clinician' : 'system:inference',
  role: index % 4 ? 'clinician' : 'system',
  purpose: 'treatment',
  action: index % 4 ? 'read' : 'create',
  object: `Observation/${(index * 7919).toString(16)}`,
  patient: 'p1',
  success: index % 37 !== 0,
  detail: index % 37 ? '' : 'this role may not do that',
  leaf_hash: index.toString(16).padStart(2, '0').repeat(32).slice(0, 64),
});
const leafCount = 400;

const users: S.User[] = [
  { id: 'admin', name: 'admin', display: 'Admin Mock', role: 'administrator', demo: true, disabled: false },
  { id: 'clinician', name: 'clinician', display: 'Clinician Mock', role: 'clinician', demo: true, disabled: false },
  { id: 'nurse', name: 'nurse', display: 'Nurse Mock', role: 'nurse', demo: true, disabled: true },
];

const custody: Custody = {
  checked: 17,
  pass_started_at: ago(12),
  last_pass_finished_at: ago(10_100),
  last_pass_checked: 40,
  passes: 3,
  damaged: 1,
  items: [
    { sop_instance: '1.2.826.0.1.0.0.3', study: '1.2.826.0.1.0', kind: 'changed', found_at: ago(9), seen_at: ago(9), healed_at: null },
    { sop_instance: '1.2.826.0.1.4.0.0', study: '1.2.826.0.1.4', kind: 'missing', found_at: ago(20_000), seen_at: ago(20_000), healed_at: ago(10_200) },
  ],
};

let peers: Peer[] = [
  { ae_title: 'CT1', host: '127.0.0.1', port: 11113, tls: false, may: ['store', 'find', 'move'], send_results: true, ask_commitment: false, description: 'CT, room 4' },
  { ae_title: 'PACS', host: '127.0.0.1', port: 11114, tls: true, may: ['store', 'find', 'get', 'commitment'], send_results: false, ask_commitment: true, description: '' },
];

function peersPart(call: Call, title: string, action: string): Reply {
  if (action === 'echo') return ok({ answered: title !== 'PACS', took_ms: 12, error: title === 'PACS' ? 'connection refused' : null });
  if (call.method === 'PUT') {
    const peer = { ...(call.body as PeerChange), ae_title: title };
    peers = [...peers.filter((one) => one.ae_title !== title), peer];
    return ok(peer);
  }
  if (call.method === 'DELETE') {
    peers = peers.filter((one) => one.ae_title !== title);
    return { status: 204 };
  }
  return ok({ items: peers });
}

let deletions: Deletion[] = [
  { id: 2, study: '1.2.826.0.1.8', series: null, instance: null, who: 'user:admin', why: 'its time is over', at: ago(60), purge_at: ago(-40_000), recovered_at: null, purged_at: null, instances: 240, size_bytes: 39_000_000 },
  { id: 1, study: '1.2.826.0.1.999', series: '1.2.826.0.1.999.1', instance: null, who: 'user:admin', why: 'its time is over', at: ago(90_000), purge_at: ago(45_000), recovered_at: null, purged_at: ago(45_000), instances: 1, size_bytes: 163_200 },
];

function deletionsPart(call: Call, id: string): Reply {
  if (call.method === 'GET') return ok({ items: deletions });
  const what = call.body as { study: string; reason: string };
  if (id) {
    deletions = deletions.map((row) => (String(row.id) === id ? { ...row, recovered_at: ago(0) } : row));
    return { status: 204 };
  }
  if (what.study === '1.2.826.0.1.0') return { status: 409, body: { code: 'archive.kept', detail: 'this must be kept until 2041-11-22' } };
  const row = { ...deletions[0], id: deletions.length + 1, study: what.study, why: what.reason, at: ago(0), recovered_at: null };
  deletions = [row, ...deletions];
  return ok({ id: row.id });
}

function systemPart(call: Call, part: string, id: string, action: string): Reply | undefined {
  if (part === '') return ok(state());
  if (part === 'messages' && action === 'replay') {
    const row = messages.find((m) => m.id === id)!;
    const again = { ...row, id: `m${messages.length}`, at: ago(0), ack: 'AA' as const, error: null };
    messages.unshift(again);
    return ok(again);
  }
  if (part === 'messages' && id) {
    const resources = ['Patient/p1', 'Observation/p1-obs0'];
    return ok({ ...messages.find((m) => m.id === id), resources, replays: [], raw: call.user === 'engineer' ? raw : null });
  }
  if (part === 'messages') {
    const outcome = call.query.get('outcome');
    return ok({ items: messages.filter((m) => !outcome || m.ack === outcome) });
  }
  if (part === 'quarantine' && action === 'file') return ok({});
  if (part === 'custody') return ok(custody);
  if (part === 'quarantine' && id) return ok({ ...quarantined, form: 'hex', content: hex, shown_bytes: 16384 });
  if (part === 'quarantine') return ok({ items: [quarantined] });
  if (part === 'dead-letters' && action === 'replay') {
    dead = dead.filter((row) => row.id !== id);
    return { status: 204 };
  }
  if (part === 'dead-letters') return ok({ items: dead });
  return undefined;
}

function auditPart(call: Call, part: string): Reply | undefined {
  if (part === 'checkpoint') return ok({ size: leafCount, root: 'c0ffee'.repeat(10) + 'c0ff', at: ago(1), signature: 'bW9jaw=='.repeat(8) });
  if (part === 'verify') return ok({ leaves: leafCount, checkpoints: 12, root: 'c0ffee', problems: [] });
  if (part === 'proof') {
    const index = Number(call.query.get('index'));
    return ok({ index, size: leafCount, leaf_hash: leaf(index).leaf_hash, root: 'c0ffee'.repeat(10) + 'c0ff', path: ['aa', 'bb'].map((h) => h.repeat(32)) });
  }
  const limit = Number(call.query.get('limit') ?? 100);
  const from = call.query.has('from') ? Number(call.query.get('from')) : leafCount - limit;
  return ok({ size: leafCount, items: Array.from({ length: Math.min(limit, leafCount - from) }, (_, i) => leaf(from + i)) });
}

const applications = [
  {
    id: 'growth-chart',
    name: 'Growth chart',
    redirect_uris: ['https://growth.example/back'],
    launch_uri: 'https://growth.example/launch',
    scopes: 'launch launch/patient openid fhirUser patient/*.rs',
    role: 'clinician',
    proof: 'none',
  },
];
const asked = {
  client: { id: 'growth-chart', name: 'Growth chart' },
  goes_to: 'https://growth.example',
  scopes: [
    'launch/patient',
    'openid',
    'offline_access',
    'patient/Patient.r',
    'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs',
    'patient/Task.cruds',
  ],
  needs_patient: true,
  patient: null,
};

function usersPart(call: Call, id: string, action: string): Reply {
  if (call.method === 'GET') return ok({ items: users });
  if (action === 'disabled') {
    const user = users.find((one) => one.id === id);
    if (user) user.disabled = (call.body as { disabled: boolean }).disabled;
    return { status: 204 };
  }
  if (action === 'password') return { status: 204 };
  const body = call.body as { name: string; display: string; role: S.User['role'] };
  const user: S.User = { id: body.name, name: body.name, display: body.display, role: body.role, demo: false, disabled: false };
  users.push(user);
  return { status: 201, body: user };
}

export function answer(call: Call): Reply | undefined {
  const [, , room, part = '', id = '', action = ''] = call.path.split('/').map(decodeURIComponent);
  if (room === 'system') return systemPart(call, part, id, action);
  if (room === 'audit') return auditPart(call, part);
  if (room === 'clients') return ok({ items: applications });
  if (room === 'launches') return ok({ items: applications.map(({ id, name }) => ({ id, name })) });
  if (room === 'authorizations') return ok(asked);
  if (room === 'users') return usersPart(call, part, id);
  if (room === 'peers') return peersPart(call, part, id);
  if (room === 'deletions') return deletionsPart(call, part);
  if (room === 'merges') {
    if (!part) return ok({ items: [merge] });
    merge = { ...merge, undone: true };
    return { status: 204 };
  }
  return undefined;
}
