// Shapes of the system, audit and user pages of the API.
import type { Role } from './types.ts';

export interface Queue {
  name: string;
  ready: number;
  running: number;
  waiting_retry: number;
  dead: number;
  done: number;
}
export interface SystemState {
  version: string;
  started_at: string;
  uptime_s: number;
  state: 'starting' | 'ready' | 'draining';
  queues: Queue[];
  counts: {
    messages: number;
    messages_refused: number;
    quarantine: number;
    conflicts: number;
    dead_letters: number;
    patients: number;
    instances: number;
    results: number;
    audit_leaves: number;
  };
  store: { database_bytes: number; blob_bytes: number; disk_free_bytes: number; writes_waiting: number };
  listeners: { http: string | null; dimse: string | null; mllp: string | null };
}
export type Ack = 'AA' | 'AE' | 'AR';
export interface MessageRow {
  id: string;
  at: string;
  type: string;
  control_id: string;
  sender: string;
  ack: Ack;
  error: string | null;
  patient: string | null;
  size_bytes: number;
}
export interface MessageDetail extends MessageRow {
  resources: string[]; // what it made or changed, for those who may read the record
  replays: number[]; // later messages of the same bytes
  raw: string | null;
}
export interface QuarantineRow {
  id: string;
  at: string;
  source: 'dimse' | 'mllp' | 'import';
  sender: string;
  reason_code: string;
  reason: string;
  size_bytes: number;
  digest: string;
}
export interface QuarantineDetail extends QuarantineRow {
  form: 'text' | 'dicom' | 'hex' | 'too-large';
  content: string;
  shown_bytes: number;
}
export interface DeadLetter {
  id: string;
  queue: string;
  key: string;
  error: string;
  attempts: number;
  died_at: string;
}
export interface MergeRow {
  id: string;
  survivor: string;
  merged: string;
  survivor_name: string | null;
  merged_name: string | null;
  at: string;
  who: string;
  undone: boolean;
}
export interface AuditLeaf {
  index: number;
  at: string;
  who: string;
  role: string;
  purpose: string;
  action: string;
  object: string;
  patient: string | null;
  success: boolean;
  detail: string;
  leaf_hash: string;
}
export interface AuditPage {
  size: number;
  items: AuditLeaf[];
}
export interface Checkpoint {
  size: number;
  root: string;
  at: string;
  signature: string;
}
export interface AuditProof {
  index: number;
  size: number;
  leaf_hash: string;
  root: string;
  path: string[];
}
export interface AuditVerification {
  leaves: number;
  checkpoints: number;
  root: string;
  problems: string[];
}
export interface User {
  id: string;
  name: string;
  display: string;
  role: Role;
  demo: boolean;
  disabled: boolean;
}
