// The marks that the ECG application measured, read from the evidence of its result. Times in seconds.
export interface Beat {
  pOn?: number;
  pOff?: number;
  qrsOn?: number;
  r?: number;
  qrsOff?: number;
  tOn?: number;
  tOff?: number;
  kind?: string;
}

// The representative beat of the application: samples and marks on its own time.
export interface MedianEvidence {
  marks: Beat;
  rateHz: number;
  members?: number;
  leads: { name: string; samples: number[] }[];
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const seconds = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value / 1000 : undefined);

function beatOf(value: unknown): Beat | undefined {
  if (!isObject(value)) return undefined;
  const ms = (name: string) => seconds(value[`${name}_ms`] ?? value[name]);
  return {
    pOn: ms('p_on'),
    pOff: ms('p_off'),
    qrsOn: ms('qrs_on'),
    r: ms('r'),
    qrsOff: ms('qrs_off'),
    tOn: ms('t_on'),
    tOff: ms('t_off'),
    kind: typeof value.kind === 'string' ? value.kind : undefined,
  };
}

export function beatsOf(evidence: Json | undefined): Beat[] {
  const ecg = evidence && isObject(evidence.ecg) ? evidence.ecg : evidence;
  const beats = ecg?.beats;
  if (!Array.isArray(beats)) return [];
  return beats.flatMap((beat) => beatOf(beat) ?? []);
}

export function medianOf(evidence: Json | undefined): MedianEvidence | undefined {
  const ecg = evidence && isObject(evidence.ecg) ? evidence.ecg : evidence;
  const median = ecg?.median;
  if (!isObject(median) || !isObject(median.leads) || typeof median.rate_hz !== 'number') return undefined;
  const leads = Object.entries(median.leads).flatMap(([name, samples]) =>
    Array.isArray(samples) && samples.length > 1 ? { name, samples: samples.map((value) => Number(value) || 0) } : [],
  );
  const members = typeof median.members === 'number' ? median.members : undefined;
  return leads.length > 0 ? { marks: beatOf(median) ?? {}, rateHz: median.rate_hz, members, leads } : undefined;
}
