// Where each lead stands on the paper, in millimetres: 25 or 50 mm/s, 5 to 20 mm/mV, three usual layouts.
import type { Ecg, EcgLead } from '../api/types.ts';

export type Layout = '3x4' | '6x2' | '12x1';
export const layouts: readonly Layout[] = ['3x4', '6x2', '12x1'];
export const speeds = [25, 50] as const; // mm/s
export const gains = [5, 10, 20] as const; // mm/mV
export const pageSeconds = 10;

export interface PaperSettings {
  layout: Layout;
  speed: number;
  gain: number;
  start: number; // seconds into the recording
}

// A stretch of one lead: `x`, `y` are the left end of its zero line.
export interface Segment {
  lead: EcgLead;
  x: number;
  y: number;
  from: number; // seconds
  seconds: number;
  rhythm: boolean;
}

export interface PaperLayout {
  width: number;
  height: number;
  segments: Segment[];
  pulses: number[]; // zero lines of the calibration pulses at the left
  marksY: number; // top of the lane for P, QRS and T
}

export const marginLeft = 15; // room for the calibration pulse
const marginRight = 4;
const lane = 10;
const rowHeight: Record<Layout, number> = { '3x4': 30, '6x2': 22, '12x1': 17 };
const columns: Record<Layout, string[][]> = {
  '3x4': [
    ['I', 'II', 'III'],
    ['aVR', 'aVL', 'aVF'],
    ['V1', 'V2', 'V3'],
    ['V4', 'V5', 'V6'],
  ],
  '6x2': [
    ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'],
    ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  ],
  '12x1': [['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']],
};
const rhythmLeads = ['II', 'V1', 'I'];

export function durationOf(ecg: Ecg): number {
  return ecg.leads.length === 0 ? 0 : ecg.leads[0].samples.length / ecg.rate_hz;
}

// Leads of another naming (a monitor's, say) still get drawn: below one another.
function columnsFor(ecg: Ecg, layout: Layout): (EcgLead | undefined)[][] {
  const find = (name: string) => ecg.leads.find((lead) => lead.name.toUpperCase() === name.toUpperCase());
  const known = columns[layout].flat().filter(find).length;
  if (known >= Math.min(8, ecg.leads.length)) return columns[layout].map((names) => names.map(find));
  return [ecg.leads];
}

export function layOut(ecg: Ecg, settings: PaperSettings): PaperLayout {
  const { layout, speed, gain, start } = settings;
  const shown = Math.max(0.1, Math.min(pageSeconds, durationOf(ecg) - start));
  const grid = columnsFor(ecg, layout);
  const rows = Math.max(...grid.map((column) => column.length));
  const height = rowHeight[layout] * (gain > 10 ? 1.5 : 1);
  const each = shown / grid.length;
  const segments: Segment[] = [];
  const baseline = (row: number) => height * (row + 0.55) + 2;
  grid.forEach((column, c) => {
    column.forEach((lead, row) => {
      if (!lead) return;
      const from = start + c * each;
      segments.push({ lead, x: marginLeft + c * each * speed, y: baseline(row), from, seconds: each, rhythm: false });
    });
  });
  let rowsDrawn = rows;
  if (layout === '3x4' && grid.length > 1) {
    const lead = rhythmLeads.map((name) => ecg.leads.find((l) => l.name === name)).find(Boolean);
    if (lead) {
      segments.push({ lead, x: marginLeft, y: baseline(rows), from: start, seconds: shown, rhythm: true });
      rowsDrawn += 1;
    }
  }
  return {
    width: marginLeft + shown * speed + marginRight,
    height: height * rowsDrawn + lane + 6,
    segments,
    pulses: Array.from({ length: rowsDrawn }, (_, row) => baseline(row)),
    marksY: height * rowsDrawn + 4,
  };
}

export const timeAt = (x: number, settings: PaperSettings) => settings.start + (x - marginLeft) / settings.speed;
export const xAt = (time: number, settings: PaperSettings) => marginLeft + (time - settings.start) * settings.speed;
