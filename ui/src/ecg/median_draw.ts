// Draws the median beat at 100 mm/s and 20 mm/mV with its interval brackets.
import type { InkColours } from './draw.ts';
import type { Beat } from './fiducials.ts';
import type { MedianBeatModel } from './median_model.ts';

export const medianHeight = 66; // mm
const zeroLine = 38;
const speed = 100;
const gain = 20;
const mostLift = 32;

export interface Interval {
  name: 'p' | 'pr' | 'qrs' | 'qt';
  from: number;
  to: number;
}

export function intervalsOf(marks: Beat): Interval[] {
  const all: [Interval['name'], number | undefined, number | undefined][] = [
    ['p', marks.pOn, marks.pOff],
    ['pr', marks.pOn, marks.qrsOn],
    ['qrs', marks.qrsOn, marks.qrsOff],
    ['qt', marks.qrsOn, marks.tOff],
  ];
  return all.flatMap(([name, from, to]) => (from === undefined || to === undefined || to <= from ? [] : { name, from, to }));
}

const shownNames: Record<Interval['name'], string> = { p: 'P', pr: 'PR', qrs: 'QRS', qt: 'QT' };

export function drawMedian(g: CanvasRenderingContext2D, beat: MedianBeatModel, px: number, ink: InkColours) {
  const largest = Math.max(...beat.leads.flatMap((lead) => lead.samples.map(Math.abs)), 1) / 1000;
  const scale = Math.min(gain, mostLift / largest); // never out of the paper
  g.strokeStyle = ink.trace;
  g.lineWidth = 1.1;
  g.globalAlpha = 0.75;
  for (const lead of beat.leads) {
    g.beginPath();
    lead.samples.forEach((value, i) => {
      const x = (i / beat.rateHz) * speed * px;
      const y = (zeroLine - (value / 1000) * scale) * px;
      if (i === 0) g.moveTo(x, y);
      else g.lineTo(x, y);
    });
    g.stroke();
  }
  g.globalAlpha = 1;
  drawLines(g, beat.marks, px, ink);
  drawBrackets(g, beat.marks, px, ink);
}

function drawLines(g: CanvasRenderingContext2D, marks: Beat, px: number, ink: InkColours) {
  const lines: [number | undefined, string][] = [
    [marks.pOn, ink.p],
    [marks.pOff, ink.p],
    [marks.qrsOn, ink.qrs],
    [marks.qrsOff, ink.qrs],
    [marks.tOff, ink.t],
  ];
  g.lineWidth = 1.4;
  g.setLineDash([4, 3]);
  for (const [at, colour] of lines) {
    if (at === undefined) continue;
    g.strokeStyle = colour;
    g.beginPath();
    g.moveTo(at * speed * px, 2 * px);
    g.lineTo(at * speed * px, (medianHeight - 2) * px);
    g.stroke();
  }
  g.setLineDash([]);
}

function drawBrackets(g: CanvasRenderingContext2D, marks: Beat, px: number, ink: InkColours) {
  g.font = `600 ${Math.max(11, px * 2.6)}px system-ui, sans-serif`;
  g.textAlign = 'center';
  g.textBaseline = 'bottom';
  const colours: Record<Interval['name'], string> = { p: ink.p, pr: ink.p, qrs: ink.qrs, qt: ink.t };
  const rows: Record<Interval['name'], number> = { p: 7, pr: medianHeight - 9, qrs: 7, qt: medianHeight - 3 };
  for (const { name, from, to } of intervalsOf(marks)) {
    const y = rows[name] * px;
    g.fillStyle = colours[name];
    g.fillRect(from * speed * px, y, (to - from) * speed * px, 2);
    g.lineWidth = 3;
    g.strokeStyle = ink.paper;
    const x = ((from + to) / 2) * speed * px;
    const label = `${shownNames[name]} ${Math.round((to - from) * 1000)}`;
    g.strokeText(label, x, y - 2);
    g.fillText(label, x, y - 2);
  }
  g.textAlign = 'start';
}
