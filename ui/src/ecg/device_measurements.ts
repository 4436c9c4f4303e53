// Which of the device's stored values means the same as one of our findings.
import type { Ecg, Finding } from '../api/types.ts';

export type DeviceMeasurement = Ecg['device_measurements'][number];

// LOINC code of our finding -> how devices name it in DICOM annotations (lower case, CID 3687 and makers' habits).
const sameMeaning: Record<string, RegExp> = {
  '8867-4': /^(ventricular |mean )?(heart|ventricular) rate$/,
  '76282-3': /^(ventricular |mean )?(heart|ventricular) rate$/,
  '8637-1': /^rr (interval|duration)$/,
  '8625-6': /^pr (interval|duration)$/,
  '8633-0': /^qrs (interval|duration)$/,
  '8634-8': /^qt (interval|duration)$/,
  '8636-3': /^qtc (interval|duration)$/,
  '76634-5': /^qtc (interval|duration)( fridericia)?$/,
  '76635-2': /^qtc (interval|duration)( bazett)?$/,
  '8632-2': /^qrs axis$/,
  '8626-4': /^p axis$/,
  '8638-9': /^t axis$/,
  'p-duration': /^p (wave )?duration$/,
  'rr-mean': /^rr (interval|duration)$/,
};

function key(meaning: string): string {
  return meaning.toLowerCase().replaceAll(/\s+/g, ' ').replace(' global', '').trim();
}

// Marks of single points in time ("QRS Onset") have neither number nor text.
const isPoint = (one: DeviceMeasurement) => one.text === '' && one.unit === '' && !one.value;

export interface Pair {
  finding?: Finding;
  device?: DeviceMeasurement;
}

export function pairMeasurements(findings: Finding[], device: DeviceMeasurement[]): Pair[] {
  const left = device.filter((one) => !isPoint(one));
  const take = (finding: Finding): DeviceMeasurement | undefined => {
    const pattern = sameMeaning[finding.code.code];
    const at = left.findIndex((one) => (pattern ? pattern.test(key(one.meaning)) : key(one.meaning) === key(finding.code.display)));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const pairs: Pair[] = findings.map((finding) => ({ finding, device: take(finding) }));
  return [...pairs, ...left.map((one) => ({ device: one }))];
}
