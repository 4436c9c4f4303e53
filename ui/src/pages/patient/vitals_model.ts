// Which vital signs are drawn together, their axis and normal band, and the table of the same numbers.
import type { Series, Vitals, VitalPoint } from '../../api/types.ts';

export const loinc = {
  heartRate: '8867-4',
  respiration: '9279-1',
  spo2: '59408-5',
  temperature: '8310-5',
  systolic: '8480-6',
  diastolic: '8462-4',
  consciousness: '80288-4',
  oxygen: '3151-8',
} as const;

export interface Strip {
  key: string;
  series: Series[]; // one, or systolic and diastolic
  axis: { min: number; max: number };
  normal?: { low: number; high: number }; // where NEWS2 scores 0
  digits: number;
}

interface Shape {
  codes: string[];
  min: number;
  max: number;
  normal?: [number, number];
  digits?: number;
}

const shapes: Shape[] = [
  { codes: [loinc.heartRate], min: 40, max: 140, normal: [51, 90] },
  { codes: [loinc.systolic, loinc.diastolic], min: 40, max: 180, normal: [111, 219] },
  { codes: [loinc.respiration], min: 8, max: 30, normal: [12, 20] },
  { codes: [loinc.spo2], min: 85, max: 100, normal: [96, 100] },
  { codes: [loinc.temperature], min: 35, max: 40, normal: [36.1, 38], digits: 1 },
];

const drawn = new Set(shapes.flatMap((shape) => shape.codes));

export function stripsOf(vitals: Vitals): Strip[] {
  const strips: Strip[] = [];
  for (const shape of shapes) {
    const series = shape.codes.flatMap((code) => vitals.series.filter((s) => s.code === code));
    if (series.length === 0) continue;
    const values = series.flatMap((s) => s.points.flatMap((p) => (p.value === null ? [] : [p.value])));
    strips.push({
      key: shape.codes[0],
      series,
      axis: { min: Math.min(shape.min, ...values), max: Math.max(shape.max, ...values) },
      normal: shape.normal && { low: shape.normal[0], high: shape.normal[1] },
      digits: shape.digits ?? 0,
    });
  }
  return strips;
}

export const otherSeries = (vitals: Vitals) => vitals.series.filter((series) => !drawn.has(series.code));

export const latestOf = (series: Series): VitalPoint | undefined => series.points.at(-1);

export interface TableRow {
  t: string;
  cells: (VitalPoint | undefined)[]; // in the order of vitals.series
}

export function tableOf(vitals: Vitals): TableRow[] {
  const rows = new Map<string, TableRow>();
  vitals.series.forEach((series, column) => {
    for (const point of series.points) {
      const row = rows.get(point.t) ?? { t: point.t, cells: [] };
      row.cells[column] = point;
      rows.set(point.t, row);
    }
  });
  return [...rows.values()].sort((a, b) => b.t.localeCompare(a.t));
}
