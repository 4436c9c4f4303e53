// MOCK: an invented 12-lead ECG of sums of Gaussians, with the marks that belong to it.
const rate = 500;
const seconds = 10;
const leadNames = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
// Height in microvolt of P, Q, R, S, T per lead.
const heights: Record<string, number[]> = {
  I: [70, -60, 650, -90, 180],
  II: [120, -80, 1050, -150, 290],
  III: [50, -40, 420, -80, 110],
  aVR: [-95, 60, -850, 120, -235],
  aVL: [20, -20, 180, -40, 60],
  aVF: [85, -60, 730, -110, 200],
  V1: [45, 0, 220, -900, -60],
  V2: [55, 0, 400, -1350, 380],
  V3: [60, 0, 720, -950, 420],
  V4: [65, -40, 1350, -520, 400],
  V5: [65, -70, 1250, -260, 330],
  V6: [60, -80, 950, -120, 250],
};
const offsets = [-0.16, -0.028, 0, 0.03, 0.27];
const widths = [0.022, 0.009, 0.011, 0.011, 0.045];

function beatTimes(): number[] {
  const times: number[] = [];
  for (let t = 0.45, i = 0; t < seconds; i += 1) {
    times.push(t);
    t += 0.82 + 0.03 * Math.sin(i * 1.7);
  }
  return times;
}

// Small repeatable noise: a linear congruential generator, so that screenshots do not change.
function noise(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
}

export function mockBeats() {
  const ms = (value: number) => Math.round(value * 1000);
  return beatTimes().map((r) => ({
    p_on_ms: ms(r - 0.21),
    p_off_ms: ms(r - 0.105),
    qrs_on_ms: ms(r - 0.045),
    r_ms: ms(r),
    qrs_off_ms: ms(r + 0.052),
    t_on_ms: ms(r + 0.17),
    t_off_ms: ms(r + 0.36),
  }));
}

// One beat of each lead around the middle of the strip.
export function mockMedian() {
  const { leads } = mockEcg('');
  const r = beatTimes()[5];
  const start = Math.round((r - 0.35) * rate);
  const ms = (s: number) => Math.round((s + 0.35) * 1000);
  return {
    rate_hz: rate,
    members: 11,
    leads: Object.fromEntries(leads.map((lead) => [lead.name, lead.samples.slice(start, start + rate)])),
    p_on_ms: ms(-0.21),
    p_off_ms: ms(-0.105),
    qrs_on_ms: ms(-0.045),
    qrs_off_ms: ms(0.052),
    t_off_ms: ms(0.36),
  };
}

export function mockEcg(sop: string) {
  const times = beatTimes();
  const leads = leadNames.map((name, index) => {
    const random = noise(index + 1);
    const samples = Array.from({ length: rate * seconds }, (_, i) => {
      const t = i / rate;
      let value = 12 * Math.sin(2 * Math.PI * 0.25 * t) + 14 * random();
      for (const r of times) {
        if (Math.abs(t - r) > 0.6) continue;
        heights[name].forEach((height, wave) => {
          const d = (t - r - offsets[wave]) / widths[wave];
          value += height * Math.exp(-0.5 * d * d);
        });
      }
      return Math.round(value);
    });
    return { name, samples };
  });
  const stored = (meaning: string, value: number, unit: string) => ({ meaning, value, unit, text: '' });
  return {
    sop,
    patient: 'p1',
    study: '1.2.826.1',
    rate_hz: rate,
    scale_uv: 1,
    recorded_at: new Date(Date.now() - 40 * 60_000).toISOString(),
    synthetic: true,
    manufacturer: 'Mock Instruments',
    model: 'Rest 12',
    leads,
    filters: { highpass_hz: 0.05, lowpass_hz: 150, notch_hz: null },
    median: null,
    device_measurements: [
      stored('Ventricular Heart Rate', 73, '/min'),
      stored('PR Interval', 166, 'ms'),
      stored('QRS Duration', 98, 'ms'),
      stored('QT Interval', 404, 'ms'),
      stored('QTc Interval', 446, 'ms'),
      stored('QRS Axis', 47, 'deg'),
    ],
    result: 'r2',
  };
}
