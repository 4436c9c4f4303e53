// Observations as a flow sheet: one line for each quantity, one column for each moment, newest first.
import type { CodeableConcept, Quantity, Resource } from '../api/fhir_types.ts';
import { conceptText, quantityText, valueText, whenOf } from './resource.ts';

export interface Cell {
  text: string;
  flag: string; // HL7 interpretation code: H, L, HH, LL, A ... or ""
  id: string;
}
export interface Line {
  key: string;
  name: string;
  range: string;
  cells: Map<string, Cell[]>; // by moment
  trend: { t: number; value: number }[]; // oldest first, of one unit only
  unit: string;
}
export interface FlowSheet {
  moments: string[]; // newest first, to the minute
  lines: Line[];
}

interface Range {
  low?: Quantity;
  high?: Quantity;
  text?: string;
}

function rangeText(ranges: Range[] | undefined): string {
  const range = ranges?.[0];
  if (!range) return '';
  if (range.text) return range.text;
  if (range.low && range.high) return `${range.low.value}–${range.high.value}`;
  return range.low ? `≥ ${range.low.value}` : `≤ ${range.high?.value}`;
}

const minute = (when: string) => (when.length > 16 ? new Date(when).toISOString().slice(0, 16) + 'Z' : when);

interface Part {
  code?: CodeableConcept;
  valueQuantity?: Quantity;
  interpretation?: CodeableConcept[];
  referenceRange?: Range[];
  [element: string]: unknown;
}

// A panel is as many lines as it has components (systolic and diastolic pressure).
function partsOf(resource: Resource): Part[] {
  const components = resource.component as Part[] | undefined;
  if (!components?.length) return [resource as Part];
  return components.map((one) => ({ interpretation: resource.interpretation as CodeableConcept[], ...one }));
}

const keyOf = (code: CodeableConcept | undefined) => {
  const coding = code?.coding?.[0];
  return coding?.code ? `${coding.system ?? ''}|${coding.code}` : conceptText(code);
};

export function flowSheet(observations: Resource[], columns = 12): FlowSheet {
  const lines = new Map<string, Line>();
  const moments = new Set<string>();
  for (const resource of observations) {
    const when = whenOf(resource);
    if (!when || resource.status === 'entered-in-error' || resource.status === 'cancelled') continue;
    for (const part of partsOf(resource)) {
      const text = valueText(part);
      if (!text) continue;
      const at = minute(when);
      const unit = part.valueQuantity?.code ?? part.valueQuantity?.unit ?? '';
      const key = keyOf(part.code);
      const line: Line = lines.get(key) ?? {
        key,
        name: conceptText(part.code),
        range: rangeText(part.referenceRange),
        cells: new Map<string, Cell[]>(),
        trend: [],
        unit,
      };
      lines.set(key, line);
      moments.add(at);
      const flag = part.interpretation?.[0]?.coding?.[0]?.code ?? '';
      const cell = { text: part.valueQuantity ? quantityText(part.valueQuantity) : text, flag, id: resource.id ?? '' };
      line.cells.set(at, [...(line.cells.get(at) ?? []), cell]);
      const value = part.valueQuantity?.value;
      if (value !== undefined && unit === line.unit) line.trend.push({ t: Date.parse(when), value });
    }
  }
  for (const line of lines.values()) line.trend.sort((a, b) => a.t - b.t);
  return {
    moments: [...moments].sort((a, b) => Date.parse(b) - Date.parse(a)).slice(0, columns),
    lines: [...lines.values()].sort((a, b) => a.name.localeCompare(b.name)),
  };
}

// The points of a small curve in a box, oldest at the left; "" when there is nothing to draw.
export function sparkline(trend: { t: number; value: number }[], width: number, height: number): string {
  if (trend.length < 2) return '';
  const from = trend[0].t;
  const span = trend[trend.length - 1].t - from || 1;
  const values = trend.map((point) => point.value);
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  return trend
    .map(({ t, value }) => {
      const x = 1 + ((t - from) / span) * (width - 2);
      const y = height - 1 - ((value - low) / range) * (height - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
