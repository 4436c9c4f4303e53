// The archive of images and signals, as the API gives it.
import type { PatientRef, ResultSummary } from './types.ts';

export interface ArchivedStudy {
  uid: string;
  date: string | null;
  time: string | null;
  description: string;
  accession: string;
  modalities: string[];
  series_count: number;
  instances: number;
  first_received_at: string;
  last_received_at: string;
  state: 'received' | 'complete' | 'reopened';
  rejected: boolean;
  deleted: boolean; // all of it
  purged: boolean;
  patient: PatientRef | null;
  in_images: {
    name: string;
    name_local: string | null;
    id: string;
    issuer: string;
    birth_date: string | null;
    gender: PatientRef['gender'];
  };
}
export interface StudyPage {
  items: ArchivedStudy[];
  next: string | null;
  short_of_limit: boolean;
}
export interface ArchivedSeries {
  uid: string;
  number: string;
  modality: string;
  description: string;
  body_part: string;
  protocol: string;
  station: string;
  date: string | null;
  time: string | null;
  instances: number;
  first_sop: string;
  picture: boolean; // it has pixels
}
export interface StudyDetail extends ArchivedStudy {
  study_id: string;
  referring_physician: string;
  series: ArchivedSeries[];
  results: ResultSummary[];
  history: StudyAct[];
  attributes: Record<string, string>; // those that may be corrected, as they are given out, by keyword
  corrections: Correction[];
  kept_until: string;
  hold: { who: string; why: string; at: string } | null;
}
export interface Correction {
  id: number;
  kind: 'correct' | 'move' | 'merge';
  at: string;
  who: string;
  why: string;
  changes: { attribute: string; before: string; after: string }[];
  moved_from: string | null;
  moved_to: string | null;
  undone_at: string | null;
  undone_by: string | null;
  undone_why: string | null;
}
export interface StudyAct {
  id: number;
  act: string;
  who: string;
  why: string;
  at: string;
  detail: { instances?: number; evidence?: { kind: string; detail: Record<string, number | string> }[] };
}
export type StudyVerb = 'complete' | 'reject' | 'restore';
export interface ArchivedInstance {
  sop: string;
  sop_class: string;
  transfer_syntax: string;
  number: string;
  frames: number;
  sha256: string;
  size_bytes: number;
  received_at: string;
  sender: string;
  called_ae: string;
  audit_leaf: number;
  damage: 'missing' | 'changed' | null;
  deleted_at: string | null;
  purged_at: string | null;
}
export interface Receipt {
  sop_instance: string;
  study: string;
  patient: string;
  sha256: string;
  size_bytes: number;
  received_at: string;
  sender: string;
  called_ae: string;
  audit_leaf: number;
  deleted_at: string | null;
  purged_at: string | null;
  proof: {
    size: number;
    leaf_hash: string;
    root: string;
    path: string[];
    signed_at: string;
    signature: string;
  } | null;
}
