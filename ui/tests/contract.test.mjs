// Every address of the API that the pages use is one that the server says it has (real server only).
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { onMock } from './harness.mjs';

const source = fileURLToPath(new URL('../src', import.meta.url));

async function sources(directory) {
  const texts = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) texts.push(...(await sources(path)));
    else if (/\.tsx?$/.test(entry.name)) texts.push(await readFile(path, 'utf8'));
  }
  return texts;
}

// "/api/results/${idPath(id)}/read" and "/api/results/{id}/read" are the same address.
const shape = (path) => path.replace(/\$\{[^}]*\}/g, '{}').replace(/\{[^}]*\}/g, '{}');

async function usedPaths() {
  const used = new Set();
  for (const text of await sources(source)) {
    for (const [, path] of text.matchAll(/['"`](\/api\/[^'"`?]*)['"`]/g)) used.add(shape(path));
    for (const [, part] of text.matchAll(/patientPath\(\w+, '([^']*)'\)/g)) used.add(`/api/patients/{}${part}`);
  }
  used.delete('/api/patients/{}{}'); // the maker of the paths above
  return [...used].sort();
}

test('the source names addresses of the API', async () => {
  const used = await usedPaths();
  for (const path of ['/api/session', '/api/worklist', '/api/results/{}/feedback', '/api/patients/{}/vitals']) {
    assert.ok(used.includes(path), `${path} in ${used.join(' ')}`);
  }
});

test('the server has every address that the pages use', { skip: onMock && 'needs the real server' }, async () => {
  const document = await (await fetch(`${process.env.XL_BASE_URL.replace(/\/$/, '')}/api/openapi.json`)).json();
  assert.match(document.openapi, /^3\.1/);
  const offered = new Set(Object.keys(document.paths).map(shape));
  assert.deepEqual((await usedPaths()).filter((path) => !offered.has(path)), []);
});
