// MOCK: the archive of images. Invented; the hash tree of the receipts is a real one, so that the page can check it.
import { createHash } from 'node:crypto';
import type * as S from '../src/api/study_types.ts';
import * as data from './mock_data.ts';
import type { Call, Reply } from './mock_routes.ts';

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const kinds: [string[], string, string][] = [
  [['CT'], 'Chest routine', 'CHEST'],
  [['MR'], 'Brain T1', 'HEAD'],
  [['ECG'], '12-lead ECG', ''],
  [['CT', 'SR', 'SEG'], 'Abdomen with contrast', 'ABDOMEN'],
  [['US'], '', 'HEART'],
  [['DX'], 'Chest PA', 'CHEST'],
];
const studies: S.ArchivedStudy[] = Array.from({ length: 120 }, (_, i) => {
  const patient = data.patients[i % data.patients.length];
  const [modalities, description] = kinds[i % kinds.length];
  const known = i % 7 !== 3;
  return {
    uid: `1.2.826.0.1.${i}`,
    date: ago(i * 5).slice(0, 10),
    time: ago(i * 5).slice(11, 19),
    description,
    accession: i % 5 ? `A${1000 + i}` : '',
    modalities,
    series_count: modalities.length,
    instances: modalities.includes('CT') ? 240 : modalities.length,
    first_received_at: ago(i * 5),
    last_received_at: ago(i * 5 - 0.02),
    state: i === 0 ? 'received' : i === 1 ? 'reopened' : 'complete',
    rejected: i === 6,
    deleted: i === 8,
    purged: false,
    patient: known ? data.listItem(patient) : null,
    in_images: {
      name: patient.name,
      name_local: patient.name_local,
      id: patient.mrn ?? '',
      issuer: i % 3 ? '' : 'HOSPITAL',
      birth_date: patient.birth_date,
      gender: patient.gender,
    },
  };
});

const pageSize = 50;

function list(query: URLSearchParams): Reply {
  const wanted = (name: string) => (query.get(name) ?? '').toLowerCase();
  if (/\\/.test(query.get('name') ?? '')) return { status: 400, body: { code: 'archive.bad-key', detail: 'a filter has a backslash' } };
  const starts = (value: string, name: string) => value.toLowerCase().startsWith(wanted(name));
  const found = studies.filter(
    (study) =>
      (starts(study.in_images.name, 'name') || (study.in_images.name_local ?? '').startsWith(wanted('name'))) &&
      (query.get('state') === 'rejected' ? study.rejected : !study.rejected) &&
      (query.get('state') === 'deleted' ? study.deleted : !study.deleted) &&
      (!query.get('state') || study.rejected || study.deleted || study.state === query.get('state')) &&
      starts(study.in_images.id, 'patient_id') &&
      starts(study.accession, 'accession') &&
      study.description.toLowerCase().includes(wanted('description')) &&
      (!query.get('modality') || study.modalities.includes(query.get('modality') ?? '')) &&
      (!query.get('from') || (study.date ?? '') >= (query.get('from') ?? '')) &&
      (!query.get('to') || (study.date ?? '') <= (query.get('to') ?? '')),
  );
  const from = Number(query.get('cursor') || 0);
  const next = from + pageSize < found.length ? String(from + pageSize) : null;
  return { status: 200, body: { items: found.slice(from, from + pageSize), next, short_of_limit: false } };
}

const acts = new Map<string, S.StudyAct[]>();
const quiet: S.StudyAct['detail'] = { instances: 240, evidence: [{ kind: 'expected-count', detail: { instances: 240, missing: 0 } }, { kind: 'quiet-time', detail: { seconds: 60 } }] };

const plain = { kind: 'correct', moved_from: null, moved_to: null, undone_at: null, undone_by: null, undone_why: null } as const;
const corrections = new Map<string, S.Correction[]>();

function historyOf(study: S.ArchivedStudy): S.StudyAct[] {
  const first: S.StudyAct = { id: 1, act: 'complete', who: 'system:study-life', why: '', at: ago(3), detail: quiet };
  const late: S.StudyAct = { id: 2, act: 'reopened', who: 'dimse:CT1@127.0.0.1', why: '', at: ago(2), detail: { instances: 241 } };
  const start = study.state === 'received' ? [] : study.state === 'reopened' ? [late, first] : [first];
  return [...(acts.get(study.uid) ?? []), ...start];
}

function act(study: S.ArchivedStudy, verb: string, call: Call): Reply {
  const { reason, values } = call.body as { reason: string; values?: Record<string, string> };
  if (!reason) return { status: 400, body: { code: 'archive.no-reason', detail: 'say why' } };
  if (values) {
    const changes = Object.entries(values).map(([attribute, after]) => ({ attribute, before: '', after }));
    const made = corrections.get(study.uid) ?? [];
    corrections.set(study.uid, [{ ...plain, id: made.length + 1, who: `user:${call.user}`, why: reason, at: ago(0), changes }, ...made]);
    return { status: 200, body: { id: made.length + 1 } };
  }
  if (verb === 'complete') study.state = 'complete';
  else study.rejected = verb === 'reject';
  const done = { complete: 'complete', reject: 'rejected', restore: 'restored' }[verb] ?? verb;
  const entry = { id: 100 + acts.size, act: done, who: `user:${call.user}`, why: reason, at: ago(0), detail: {} };
  acts.set(study.uid, [entry, ...(acts.get(study.uid) ?? [])]);
  return { status: 204 };
}

function detail(study: S.ArchivedStudy): S.StudyDetail {
  const [, description, part] = kinds[studies.indexOf(study) % kinds.length];
  return {
    ...study,
    study_id: '1',
    referring_physician: 'Li, Wei',
    series: study.modalities.map((modality, i) => ({
      uid: `${study.uid}.${i}`,
      number: String(i + 1),
      modality,
      description: i ? '' : description,
      body_part: part,
      protocol: i ? '' : 'Routine',
      station: i ? '' : 'ROOM1',
      date: study.date,
      time: study.time,
      instances: modality === 'CT' ? 240 : 1,
      first_sop: `${study.uid}.${i}.0`,
      picture: !['ECG', 'SR'].includes(modality),
    })),
    history: historyOf(study),
    corrections: corrections.get(study.uid) ?? [],
    attributes: { PatientName: study.in_images.name, StudyDescription: study.description, AccessionNumber: study.accession },
    kept_until: '2041-11-22',
    hold: study.uid.endsWith('.2') ? { who: 'user:admin', why: 'a court asks', at: ago(30) } : null,
    results: study.modalities.includes('ECG') ? data.items.filter((item) => item.patient.id === study.patient?.id).slice(0, 1) : [],
  };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const leaves = Array.from({ length: 8 }, (_, i) => sha256(Buffer.from([0, i])));
const node = (left: Buffer, right: Buffer) => sha256(Buffer.concat([Buffer.from([1]), left, right]));

function proof(index: number): S.Receipt['proof'] {
  const path: string[] = [];
  let level = leaves;
  for (let at = index; level.length > 1; at = Math.floor(at / 2)) {
    path.push(level[at ^ 1].toString('hex'));
    level = level.flatMap((left, i) => (i % 2 ? [] : [node(left, level[i + 1])]));
  }
  return {
    size: leaves.length,
    leaf_hash: leaves[index].toString('hex'),
    root: level[0].toString('hex'),
    path,
    signed_at: ago(0.2),
    signature: 'bW9jayBzaWduYXR1cmU='.repeat(4),
  };
}

function instances(study: S.ArchivedStudy, query: URLSearchParams): Reply {
  const series = detail(study).series.find((one) => one.uid === query.get('series'));
  if (!series) return { status: 404, body: { code: 'archive.not-found', detail: 'no such series' } };
  const from = Number(query.get('cursor') || 0);
  const limit = Number(query.get('limit') ?? 100);
  const items: S.ArchivedInstance[] = Array.from({ length: Math.min(limit, series.instances - from) }, (_, i) => ({
    sop: `${series.uid}.${from + i}`,
    sop_class: '1.2.840.10008.5.1.4.1.1.2',
    transfer_syntax: '1.2.840.10008.1.2.4.90',
    number: String(from + i + 1),
    frames: 1,
    sha256: sha256(Buffer.from(`${series.uid}.${from + i}`)).toString('hex'),
    size_bytes: 163_200 + i,
    received_at: study.first_received_at,
    sender: 'dimse:CT1@127.0.0.1',
    called_ae: 'XINGLIN',
    audit_leaf: i % 9,
    damage: i === 3 ? 'changed' : null,
    deleted_at: i === 5 ? ago(1) : null,
    purged_at: null,
  }));
  return { status: 200, body: { items, next: from + limit < series.instances ? String(from + limit) : null } };
}

export function answerStudies(call: Call, uid: string, part: string): Reply {
  if (!uid) return list(call.query);
  const study = studies.find((one) => one.uid === uid);
  if (!study) return { status: 404, body: { code: 'archive.not-found', detail: 'no study has this UID' } };
  if (call.method === 'POST') return act(study, part, call);
  return part === 'instances' ? instances(study, call.query) : { status: 200, body: detail(study) };
}

// A picture that a browser draws by itself.
export const thumbnail =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128"><rect width="128" height="128"/>' +
  '<ellipse cx="64" cy="64" rx="46" ry="54" fill="#888"/><ellipse cx="64" cy="64" rx="36" ry="44" fill="#444"/></svg>';

export function answerReceipt(sop: string): Reply {
  const index = Number(sop.split('.').at(-1)) % 9;
  const body: S.Receipt = {
    sop_instance: sop,
    study: sop.split('.').slice(0, -2).join('.'),
    patient: 'p1',
    sha256: sha256(Buffer.from(sop)).toString('hex'),
    size_bytes: 163_200,
    received_at: ago(3),
    sender: 'dimse:CT1@127.0.0.1',
    called_ae: 'XINGLIN',
    audit_leaf: index,
    deleted_at: null,
    purged_at: null,
    proof: index < leaves.length ? proof(index) : null,
  };
  return { status: 200, body };
}
