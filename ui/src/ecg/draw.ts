// Draws the paper, the leads and the measured marks on a canvas. All positions are in millimetres until the last moment.
import type { Beat } from './fiducials.ts';
import { marginLeft, xAt, type PaperLayout, type PaperSettings, type Segment } from './geometry.ts';

export interface InkColours {
  paper: string;
  fine: string;
  bold: string;
  trace: string;
  text: string;
  p: string;
  qrs: string;
  t: string;
}

export function readColours(element: Element): InkColours {
  const style = getComputedStyle(element);
  const get = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: get('--xl-ecg-paper'),
    fine: get('--xl-ecg-fine'),
    bold: get('--xl-ecg-bold'),
    trace: get('--xl-ecg-trace'),
    text: get('--xl-text'),
    p: get('--xl-ecg-p'),
    qrs: get('--xl-ecg-qrs'),
    t: get('--xl-ecg-t'),
  };
}

type Context = CanvasRenderingContext2D;

export function drawPaper(g: Context, width: number, height: number, px: number, ink: InkColours) {
  g.fillStyle = ink.paper;
  g.fillRect(0, 0, width * px, height * px);
  const lines = (step: number, colour: string, lineWidth: number, skip?: number) => {
    g.beginPath();
    for (let mm = 0; mm <= Math.max(width, height); mm += step) {
      if (skip && mm % skip === 0) continue;
      const at = Math.round(mm * px) + 0.5;
      if (mm <= width) {
        g.moveTo(at, 0);
        g.lineTo(at, height * px);
      }
      if (mm <= height) {
        g.moveTo(0, at);
        g.lineTo(width * px, at);
      }
    }
    g.strokeStyle = colour;
    g.lineWidth = lineWidth;
    g.stroke();
  };
  lines(1, ink.fine, 0.8, 5);
  lines(5, ink.bold, 1);
}

function drawPulse(g: Context, y: number, gain: number, px: number) {
  const left = 3;
  const width = 5;
  g.beginPath();
  g.moveTo((left - 1.5) * px, y * px);
  g.lineTo(left * px, y * px);
  g.lineTo(left * px, (y - gain) * px);
  g.lineTo((left + width) * px, (y - gain) * px);
  g.lineTo((left + width) * px, y * px);
  g.lineTo((left + width + 1.5) * px, y * px);
  g.stroke();
}

function drawTrace(g: Context, segment: Segment, rate: number, settings: PaperSettings, px: number) {
  const { samples } = segment.lead;
  const first = Math.round(segment.from * rate);
  const last = Math.min(samples.length - 1, Math.round((segment.from + segment.seconds) * rate));
  g.beginPath();
  let drawing = false;
  for (let i = first; i <= last; i += 1) {
    const value = samples[i];
    if (value === null || value === undefined) {
      drawing = false;
      continue;
    }
    const x = (segment.x + ((i - first) / rate) * settings.speed) * px;
    const y = (segment.y - (value / 1000) * settings.gain) * px;
    if (drawing) g.lineTo(x, y);
    else g.moveTo(x, y);
    drawing = true;
  }
  g.stroke();
}

export function drawLeads(g: Context, layout: PaperLayout, rate: number, settings: PaperSettings, px: number, ink: InkColours) {
  g.strokeStyle = ink.trace;
  g.lineWidth = Math.max(1.1, px * 0.28);
  g.lineJoin = 'round';
  for (const y of layout.pulses) drawPulse(g, y, settings.gain, px);
  for (const segment of layout.segments) drawTrace(g, segment, rate, settings, px);
  g.font = `600 ${Math.max(11, px * 3.1)}px system-ui, sans-serif`;
  g.textBaseline = 'bottom';
  const lift = settings.layout === '12x1' ? 4.5 : 8;
  for (const segment of layout.segments) {
    const x = (segment.x + 1) * px;
    const y = (segment.y - lift) * px;
    g.lineWidth = 3;
    g.strokeStyle = ink.paper;
    g.strokeText(segment.lead.name, x, y);
    g.fillStyle = ink.text;
    g.fillText(segment.lead.name, x, y);
    if (segment.x > marginLeft) {
      g.fillStyle = ink.trace;
      g.fillRect(segment.x * px - 0.75, (segment.y - 5) * px, 1.5, 3 * px);
    }
  }
}

// P, QRS and T of each beat as labelled bars in the lane below the leads.
export function drawMarks(g: Context, layout: PaperLayout, beats: Beat[], settings: PaperSettings, px: number, ink: InkColours) {
  const right = layout.width;
  const bar = (from: number | undefined, to: number | undefined, colour: string, name: string, row: number) => {
    if (from === undefined || to === undefined) return;
    const x = xAt(from, settings);
    const end = xAt(to, settings);
    if (end < marginLeft || x > right - 3) return;
    const y = layout.marksY;
    g.fillStyle = colour;
    g.fillRect(x * px, y * px, Math.max(1.5, (end - x) * px), 1.1 * px);
    g.textAlign = 'center';
    g.fillText(name, ((x + end) / 2) * px, (y + 4.7 + row * 3.2) * px);
  };
  g.font = `600 ${Math.max(10, px * 2.6)}px system-ui, sans-serif`;
  g.textBaseline = 'bottom';
  for (const beat of beats) {
    bar(beat.pOn, beat.pOff, ink.p, 'P', 0);
    bar(beat.qrsOn, beat.qrsOff, ink.qrs, 'QRS', 1);
    if (beat.tOn !== undefined) bar(beat.tOn, beat.tOff, ink.t, 'T', 0);
    else bar(beat.qrsOff, beat.tOff, ink.t, 'ST–T', 0); // where T begins was not measured
  }
  g.textAlign = 'start';
  const rhythm = layout.segments.find((segment) => segment.rhythm);
  if (!rhythm) return;
  g.lineWidth = 1;
  for (const beat of beats) {
    if (beat.qrsOn === undefined) continue;
    const x = Math.round(xAt(beat.qrsOn, settings) * px) + 0.5;
    if (x < marginLeft * px) continue;
    g.strokeStyle = ink.qrs;
    g.setLineDash([3, 3]);
    g.beginPath();
    g.moveTo(x, (rhythm.y - 10) * px);
    g.lineTo(x, layout.marksY * px);
    g.stroke();
    g.setLineDash([]);
  }
}
