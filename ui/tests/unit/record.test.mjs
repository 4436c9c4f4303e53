// The record's own arithmetic without a browser: differences of versions, search lines, the flow sheet, institutions.
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

const shown = (lines) => lines.map((line) => (line.kind === 'gap' ? `…${line.count}` : `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.text}`));

test('a difference keeps the longest common lines', async () => {
  const { diffLines } = await load('/src/format/diff.ts');
  assert.deepEqual(shown(diffLines('a\nb\nc\nd', 'a\nc\nx\nd')), [' a', '-b', ' c', '+x', ' d']);
  assert.deepEqual(shown(diffLines('', 'a')), ['+a']);
  assert.deepEqual(shown(diffLines('a', '')), ['-a']);
  assert.deepEqual(shown(diffLines('a\na', 'a\na')), [' a', ' a']);
});

test('equal lines far from a change are folded and counted', async () => {
  const { diffLines, foldSame } = await load('/src/format/diff.ts');
  const before = Array.from({ length: 10 }, (_, n) => `l${n}`);
  const after = before.with(8, 'x');
  assert.deepEqual(shown(foldSame(diffLines(before.join('\n'), after.join('\n')), 1)), ['…7', ' l7', '-l8', '+x', ' l9']);
  assert.deepEqual(shown(foldSame(diffLines('a\nb', 'a\nb'))), ['…2']);
});

test('a query becomes lines and the same query again', async () => {
  const { readLines, writeLines } = await load('/src/pages/record/query_lines.ts');
  const query = 'name:exact=Li%20Wei&subject:Patient.birthdate=ge1960-01-01&_has:Observation:patient:code=http://loinc.org|2823-3';
  const lines = readLines(query);
  assert.deepEqual(lines[0], { name: 'name', modifier: 'exact', value: 'Li Wei' });
  assert.deepEqual(lines[1].name, 'subject:Patient.birthdate');
  assert.equal(lines[2].modifier, '');
  assert.equal(writeLines(lines), query);
  assert.equal(writeLines([{ name: '', modifier: '', value: 'x' }]), '');
});

const observation = (id, when, value, extra = {}) => ({
  resourceType: 'Observation', id, status: 'final', effectiveDateTime: when,
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] },
  valueQuantity: { value, unit: 'mmol/L', code: 'mmol/L' }, ...extra,
});

test('the flow sheet has the newest moment first and the trend oldest first', async () => {
  const { flowSheet, sparkline } = await load('/src/format/flow_sheet.ts');
  const sheet = flowSheet([
    observation('a', '2026-03-01T08:00:00Z', 4.1),
    observation('b', '2026-03-02T08:00:00Z', 5.9, { interpretation: [{ coding: [{ code: 'H' }] }] }),
    observation('wrong', '2026-03-03T08:00:00Z', 9, { status: 'entered-in-error' }),
  ]);
  assert.deepEqual(sheet.moments, ['2026-03-02T08:00Z', '2026-03-01T08:00Z']);
  assert.equal(sheet.lines.length, 1);
  assert.deepEqual(sheet.lines[0].trend.map((point) => point.value), [4.1, 5.9]);
  assert.deepEqual(sheet.lines[0].cells.get('2026-03-02T08:00Z'), [{ text: '5.9 mmol/L', flag: 'H', id: 'b' }]);
  assert.equal(sparkline(sheet.lines[0].trend, 88, 22), '1.0,21.0 87.0,1.0');
  assert.equal(sparkline([{ t: 0, value: 1 }], 88, 22), '');
});

test('components are lines of their own; values of another unit are not in the curve', async () => {
  const { flowSheet } = await load('/src/format/flow_sheet.ts');
  const pressure = {
    resourceType: 'Observation', id: 'p', status: 'final', effectiveDateTime: '2026-03-01T08:00:00Z', code: { text: 'Blood pressure' },
    component: [
      { code: { text: 'Systolic' }, valueQuantity: { value: 120, code: 'mm[Hg]' } },
      { code: { text: 'Diastolic' }, valueQuantity: { value: 80, code: 'mm[Hg]' } },
    ],
  };
  const other = observation('q', '2026-03-02T08:00:00Z', 16, { valueQuantity: { value: 16, unit: 'mg/dL', code: 'mg/dL' } });
  const sheet = flowSheet([pressure, observation('a', '2026-03-01T08:00:00Z', 4.1), other]);
  assert.deepEqual(sheet.lines.map((line) => line.name), ['Diastolic', 'Potassium', 'Systolic']);
  assert.deepEqual(sheet.lines[1].trend.map((point) => point.value), [4.1]);
});

test('an institution is the organisation that the resource names', async () => {
  const { institutionOf, institutionsOf } = await load('/src/format/institution.ts');
  const by = (reference, display) => ({ resourceType: 'Observation', performer: [{ reference, display }] });
  assert.equal(institutionOf(by('Organization/o1', 'North')), 'North');
  assert.equal(institutionOf(by('Practitioner/p1', 'Li')), '');
  assert.equal(institutionOf({ resourceType: 'Procedure', performer: [{ actor: { reference: 'Organization/o2' } }] }), 'Organization/o2');
  assert.deepEqual(institutionsOf([by('Organization/o2', 'South'), by('Organization/o1', 'North'), {}]), ['North', 'South']);
});

test('links out of a resource have their path', async () => {
  const { outgoingOf } = await load('/src/pages/record/links.tsx');
  const resource = { resourceType: 'Observation', subject: { reference: 'Patient/1' }, performer: [{ reference: 'Organization/2', display: 'Lab' }] };
  assert.deepEqual(outgoingOf(resource, 'Observation'), [
    { path: 'Observation.subject', target: 'Patient/1', display: undefined },
    { path: 'Observation.performer[0]', target: 'Organization/2', display: 'Lab' },
  ]);
});
