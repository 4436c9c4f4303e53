// One beat that stands for the recording, with marks in seconds from its own start.
import type { Ecg, EcgLead } from '../api/types.ts';
import type { Beat, MedianMarks } from './fiducials.ts';

export interface AveragedBeat {
  rateHz: number;
  leads: { name: string; samples: number[] }[];
  marks: Beat;
  fromDevice: boolean;
}

const beforeS = 0.3; // of the QRS onset
const afterS = 0.6;
const fewestBeats = 3;

const middle = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = sorted.length >> 1;
  return sorted.length % 2 ? sorted[at] : (sorted[at - 1] + sorted[at]) / 2;
};

function medianOf(lead: EcgLead, onsets: number[], rate: number): number[] {
  const length = Math.round((beforeS + afterS) * rate);
  const starts = onsets.map((onset) => Math.round((onset - beforeS) * rate));
  const samples: number[] = [];
  for (let i = 0; i < length; i += 1) {
    const values = starts.flatMap((start) => lead.samples[start + i] ?? []);
    samples.push(values.length > 0 ? middle(values) : 0);
  }
  return samples;
}

const markNames = ['pOn', 'pOff', 'qrsOn', 'qrsOff', 'tOn', 'tOff'] as const;

// The median distance of each mark from the QRS onset.
function marksOf(beats: Beat[]): Beat {
  const marks: Beat = {};
  for (const name of markNames) {
    const offsets = beats.flatMap((beat) =>
      beat[name] === undefined || beat.qrsOn === undefined ? [] : beat[name] - beat.qrsOn,
    );
    if (offsets.length * 2 > beats.length) marks[name] = beforeS + middle(offsets);
  }
  return marks;
}

export function averageBeat(ecg: Ecg, beats: Beat[], stored: MedianMarks | undefined): AveragedBeat | undefined {
  const whole = beats.filter(
    (beat) => beat.qrsOn !== undefined && beat.qrsOn > beforeS && (beat.qrsOn + afterS) * ecg.rate_hz < ecg.leads[0].samples.length,
  );
  if (whole.length >= fewestBeats) {
    const onsets = whole.map((beat) => beat.qrsOn ?? 0);
    const leads = ecg.leads.map((lead) => ({ name: lead.name, samples: medianOf(lead, onsets, ecg.rate_hz) }));
    return { rateHz: ecg.rate_hz, leads, marks: marksOf(whole), fromDevice: false };
  }
  if (!ecg.median || ecg.median.leads.length === 0) return undefined;
  const leads = ecg.median.leads.map((lead) => ({ name: lead.name, samples: lead.samples.map((value) => value ?? 0) }));
  return { rateHz: ecg.median.rate_hz, leads, marks: stored ?? {}, fromDevice: true };
}
