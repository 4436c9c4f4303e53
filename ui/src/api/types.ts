// The shapes of the server's own API (/api). The server emits the same as OpenAPI at /api/openapi.json.
export interface Text2 {
  en: string;
  zh: string;
}
export type Flag = 'N' | 'A' | 'AA' | 'H' | 'L' | 'HH' | 'LL' | '';
export type Role = 'administrator' | 'clinician' | 'nurse' | 'integration' | 'auditor';
export type Permission =
  | 'read_clinical'
  | 'write_clinical'
  | 'delete_images'
  | 'ingest'
  | 'give_feedback'
  | 'read_system'
  | 'operate_system'
  | 'read_received'
  | 'read_audit'
  | 'manage_users';
export type Priority = 'stat' | 'asap' | 'urgent' | 'routine';
export type Band = 'low' | 'low_medium' | 'medium' | 'high';
export type Trend = 'rising' | 'falling' | 'steady' | 'first';
export type ResultStatus = 'unread' | 'read' | 'accepted' | 'edited' | 'rejected';
export type Gender = 'male' | 'female' | 'other' | 'unknown';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
}

export interface Session {
  user: { id: string; name: string; display: string; role: Role; demo: boolean; permissions: Permission[] };
  csrf: string;
  expires_at: string;
}

export interface PatientRef {
  id: string;
  name: string;
  name_local: string | null;
  mrn: string | null;
  birth_date: string | null;
  gender: Gender | null;
  ward: string | null;
  bed: string | null;
  synthetic: boolean;
}
export interface News2Short {
  score: number;
  band: Band;
  trend: Trend;
  complete: boolean;
  t: string;
  result: string;
}
export interface Page<T> {
  items: T[];
  total: number;
  next: string | null;
}
export interface Items<T> {
  items: T[];
}

export interface StudyLink {
  uid: string;
  modality: string;
  sop: string | null;
}
export interface WorklistItem {
  id: string;
  application: { id: string; version: string; name: Text2 };
  patient: PatientRef;
  priority: Priority;
  status: ResultStatus;
  created: string;
  summary: Text2;
  flag: Flag;
  news2: News2Short | null;
  study: StudyLink | null;
}
export type ResultSummary = Omit<WorklistItem, 'patient' | 'news2'>;
export interface WorklistPage extends Page<WorklistItem> {
  counts: { unread: number; urgent: number; stat: number };
}
export interface Application {
  id: string;
  version: string;
  name: Text2;
  intended_use: Text2;
  modality: string | null;
}
export interface Ward {
  name: string;
  patients: number;
  unread: number;
}

export interface PatientListItem extends PatientRef {
  news2: News2Short | null;
  unread: number;
  admitted: string | null;
}
export interface Allergy {
  text: string;
  criticality: 'low' | 'high' | 'unable-to-assess' | null;
}
export interface Patient extends PatientRef {
  identifiers: { system: string; value: string; type: string | null }[];
  deceased: boolean;
  deceased_at: string | null;
  encounter: {
    id: string;
    class: string;
    status: string;
    admitted: string | null;
    discharged: string | null;
    attending: string | null;
  } | null;
  allergies: { known: boolean; items: Allergy[] };
  merged_into: string | null;
  news2: News2Short | null;
  age_years: number | null;
}
export interface VitalPoint {
  t: string;
  value: number | null;
  text: string | null;
  flag: Flag;
  reference: string;
}
export interface Series {
  code: string;
  name: Text2;
  unit: string;
  points: VitalPoint[];
}
export interface Vitals {
  from: string;
  to: string;
  series: Series[];
}
export interface News2Component {
  code: string;
  name: string;
  name_zh?: string;
  value: string;
  score: number | null;
}
export interface News2Point {
  t: string;
  score: number;
  complete: boolean;
  band: Band;
  trend: Trend;
  components: News2Component[];
  spo2_scale: number | null;
  result: string;
}
export interface Spo2Decision {
  scale: number;
  reason: string | null;
  who: string | null; // null: nobody has decided, scale 1
  at: string | null;
}
export interface Spo2Scale extends Spo2Decision {
  history: Spo2Decision[];
}
export interface News2History {
  from: string;
  to: string;
  points: News2Point[];
  spo2_scale: Spo2Scale;
}
export interface LabObservation {
  id: string;
  code: string;
  name: string; // as the sender calls it
  name_zh: string; // ours, "" when the code is not known
  value: string;
  number: number | null;
  unit: string;
  reference_range: string;
  flag: Flag;
  t: string | null;
}
export interface LabReport {
  id: string | null;
  code: string;
  name: string; // as the sender calls it
  name_zh: string; // ours, "" when the code is not known
  issued: string | null;
  status: string;
  observations: LabObservation[];
}
export type TimelineKind =
  | 'admission'
  | 'transfer'
  | 'discharge'
  | 'vitals'
  | 'lab'
  | 'study'
  | 'result'
  | 'task'
  | 'feedback'
  | 'merge';
export interface TimelineItem {
  t: string;
  kind: TimelineKind;
  title: Text2;
  reference: string;
  flag: Flag;
}
export interface Study {
  uid: string;
  date: string | null;
  time: string | null;
  description: string;
  modality: string;
  accession: string;
  instances: number;
  series: {
    uid: string;
    modality: string;
    description: string;
    instances: { sop: string; sop_class: string; received_at: string }[];
  }[];
}
export interface CareTask {
  id: string;
  status: string;
  priority: Priority;
  created: string;
  due: string | null;
  text: Text2;
  owner: string | null;
  result: string | null;
}

export interface EcgLead {
  name: string;
  samples: (number | null)[];
}
export interface Ecg {
  sop: string;
  patient: string;
  study: string;
  rate_hz: number;
  scale_uv: number;
  recorded_at: string | null;
  synthetic: boolean;
  manufacturer: string;
  model: string;
  leads: EcgLead[];
  filters: { highpass_hz: number | null; lowpass_hz: number | null; notch_hz: number | null };
  median: { rate_hz: number; leads: EcgLead[] } | null;
  device_measurements: { meaning: string; value: number | null; unit: string; text: string }[];
  result: string | null;
}

export interface Coding {
  system: string;
  code: string;
  display: string;
}
export interface Finding {
  code: Coding;
  name: Text2;
  value: number | string | null;
  value_code: Coding | null;
  comparator?: string; // ">=": the value is a lower bound
  unit: string;
  state: 'measured' | 'cannot_tell' | 'absent';
  reason: string;
  reference: { low: number; high: number } | null;
  flag: Flag;
  confidence: number | null;
  method: string;
  components: Finding[];
}
export type FeedbackAction = 'accept' | 'edit' | 'reject';
export interface FeedbackEdit {
  code: string;
  method?: string; // tells apart findings of one code
  value: string;
}
export interface Result {
  id: string;
  application: { id: string; version: string; name: Text2; intended_use: Text2; model_digests: string[] };
  patient: PatientRef;
  priority: Priority;
  status: ResultStatus;
  created: string;
  about: string;
  summary: Text2;
  flag: Flag;
  findings: Finding[];
  risk: { outcome: string; qualitative: string; rationale: Text2 } | null;
  escalation: { priority: Priority; text: Text2; ward: string; due: string | null } | null;
  evidence: Record<string, unknown>;
  inputs: { reference: string; label: string; digest: string }[];
  outputs: { reference: string }[];
  study: StudyLink | null;
  read: { who: string; at: string } | null; // who opened it first
  feedback: { action: FeedbackAction; reason: string; edits: FeedbackEdit[]; who: string; at: string } | null;
  history: { action: FeedbackAction; reason: string; who: string; at: string }[];
  limits: Text2[]; // when the application is wrong or silent, as its manifest says
}
