// One beat that stands for the recording, with marks in seconds from its own start: the application's when it gave one,
// else the device's, which comes without marks.
import type { Ecg } from '../api/types.ts';
import type { Beat, MedianEvidence } from './fiducials.ts';

export interface MedianBeatModel {
  rateHz: number;
  leads: { name: string; samples: number[] }[];
  marks: Beat;
  members?: number; // beats it was made of
  fromDevice: boolean;
}

export function medianBeat(ecg: Ecg, evidence: MedianEvidence | undefined): MedianBeatModel | undefined {
  if (evidence) return { ...evidence, fromDevice: false };
  if (!ecg.median || ecg.median.leads.length === 0) return undefined;
  const leads = ecg.median.leads.map((lead) => ({ name: lead.name, samples: lead.samples.map((value) => value ?? 0) }));
  return { rateHz: ecg.median.rate_hz, leads, marks: {}, fromDevice: true };
}
