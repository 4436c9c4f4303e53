// Dates, numbers, ECG geometry, caliper arithmetic and the pairing of measurements, without a browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

let server;
const load = (path) => server.ssrLoadModule(path);
before(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  server = await createServer({ root, configFile: false, logLevel: 'silent', appType: 'custom', server: { middlewareMode: true, ws: false } });
});
after(() => server.close());

test('birth dates keep their precision in both languages', async () => {
  const { formatPartialDate } = await load('/src/format/date.ts');
  assert.deepEqual(['1959-03-14', '1959-03', '1959'].map((d) => formatPartialDate(d, 'en')), ['14-Mar-1959', 'Mar-1959', '1959']);
  assert.deepEqual(['1959-03-14', '1959-03', '1959'].map((d) => formatPartialDate(d, 'zh')), ['1959年3月14日', '1959年3月', '1959年']);
});

test('age counts whole years up to the birthday', async () => {
  const { ageInYears } = await load('/src/format/date.ts');
  assert.equal(ageInYears('1959-03-14', new Date(2026, 2, 13)), 66);
  assert.equal(ageInYears('1959-03-14', new Date(2026, 2, 14)), 67);
  assert.equal(ageInYears('2030-01-01', new Date(2026, 0, 1)), undefined);
  assert.equal(ageInYears('nonsense'), undefined);
});

test('UCUM units are written as people read them', async () => {
  const { formatQuantity, formatBytes } = await load('/src/format/number.ts');
  assert.equal(formatQuantity(38.6, 'Cel'), '38.6 °C');
  assert.equal(formatQuantity(94, 'mm[Hg]'), '94 mmHg');
  assert.equal(formatQuantity(-12, 'deg'), '−12°');
  assert.equal(formatQuantity(7, '{score}'), '7');
  assert.equal(formatBytes(1_288_490_188), '1.3 GB');
});

const names = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const recording = (leads, seconds) => ({ rate_hz: 500, leads: leads.map((name) => ({ name, samples: new Array(500 * seconds).fill(0) })) });

test('the 3 x 4 layout shows each lead in its own 2.5 s and lead II for 10 s', async () => {
  const { layOut, marginLeft } = await load('/src/ecg/geometry.ts');
  const { segments, width } = layOut(recording(names, 10), { layout: '3x4', speed: 25, gain: 10, start: 0 });
  assert.equal(segments.length, 13);
  assert.equal(width, marginLeft + 250 + 4);
  const v1 = segments.find((s) => s.lead.name === 'V1');
  assert.deepEqual([v1.from, v1.seconds, v1.x], [5, 2.5, marginLeft + 125]);
  const rhythm = segments.find((s) => s.rhythm);
  assert.deepEqual([rhythm.lead.name, rhythm.from, rhythm.seconds], ['II', 0, 10]);
});

test('other lead names are drawn below one another; a later page starts where it says', async () => {
  const { layOut } = await load('/src/ecg/geometry.ts');
  const other = layOut(recording(['MCL1', 'X'], 10), { layout: '3x4', speed: 25, gain: 10, start: 0 });
  assert.deepEqual(other.segments.map((s) => s.lead.name), ['MCL1', 'X']);
  const later = layOut(recording(names, 25), { layout: '12x1', speed: 25, gain: 10, start: 20 });
  assert.ok(later.segments.every((s) => s.from === 20 && s.seconds === 5));
});

test('place on the paper and time are inverse', async () => {
  const { timeAt, xAt } = await load('/src/ecg/geometry.ts');
  const settings = { layout: '12x1', speed: 50, gain: 10, start: 10 };
  assert.equal(timeAt(xAt(12.34, settings), settings).toFixed(6), '12.340000');
});

test('calipers: 20 mm at 25 mm/s are 800 ms and 75 per minute; 5 mm at 10 mm/mV are 0.5 mV', async () => {
  const { measure } = await load('/src/ecg/calipers.tsx');
  const settings = { layout: '3x4', speed: 25, gain: 10, start: 0 };
  assert.deepEqual(measure({ left: 30, right: 10, top: 5, bottom: 10 }, settings), { ms: 800, perMinute: 75, mv: 0.5 });
});

test('the evidence of an ECG result gives beats and the median in seconds; anything else gives none', async () => {
  const { beatsOf, medianOf } = await load('/src/ecg/fiducials.ts');
  const evidence = { ecg: { beats: [{ r_ms: 1000, qrs_on_ms: 960 }], median: { rate_hz: 500, leads: { I: [1, 2] }, p_on_ms: 120 } } };
  assert.equal(beatsOf(evidence)[0].qrsOn, 0.96);
  assert.equal(beatsOf(evidence)[0].pOn, undefined);
  assert.equal(medianOf(evidence).marks.pOn, 0.12);
  for (const bad of [undefined, {}, { ecg: 7 }, { ecg: { beats: 'x', median: [] } }]) {
    assert.deepEqual(beatsOf(bad), []);
    assert.equal(medianOf(bad), undefined);
  }
});

test("the device's values stand beside ours; marks of single points are left out", async () => {
  const { pairMeasurements } = await load('/src/ecg/device_measurements.ts');
  const finding = (code) => ({ code: { code, display: code } });
  const stored = (meaning, value, unit, text = '') => ({ meaning, value, unit, text });
  const pairs = pairMeasurements(
    [finding('8625-6'), finding('8633-0')],
    [stored('QRS Duration', 75, 'ms'), stored('P Onset', 0, ''), stored('', null, '', 'ECG NORMALE'), stored('PR Interval', 161, 'ms')],
  );
  assert.deepEqual(pairs.map((p) => [p.finding?.code.code, p.device?.value ?? p.device?.text]), [
    ['8625-6', 161],
    ['8633-0', 75],
    [undefined, 'ECG NORMALE'],
  ]);
});

test('an event refreshes what it is about and nothing else', async () => {
  const { keysOf } = await load('/src/api/events.tsx');
  assert.deepEqual(keysOf('observation', 'o1', 'p1'), [['patient', 'p1']]);
  assert.deepEqual(keysOf('system', '', null), [['system']]);
  for (const id of ['r1', 'Result/r1']) assert.ok(keysOf('result', id, 'p1').some((key) => key.join() === 'result,r1'));
});

// The eight leaves and their roots are the test data of the Certificate Transparency reference tree.
test('an inclusion path is followed to the root, and a wrong one is not', async () => {
  const { isIncluded } = await load('/src/format/merkle.ts');
  const good = {
    index: 0,
    size: 8,
    leaf_hash: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    root: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    path: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  };
  assert.equal(await isIncluded(good), true);
  assert.equal(await isIncluded({ ...good, index: 1 }), false);
  assert.equal(await isIncluded({ ...good, path: good.path.slice(1) }), false);
  assert.equal(await isIncluded({ ...good, path: [...good.path, good.root] }), false);
  assert.equal(await isIncluded({ ...good, index: 8 }), false);
  assert.equal(await isIncluded({ index: 0, size: 1, leaf_hash: good.leaf_hash, root: good.leaf_hash, path: [] }), true);
});
