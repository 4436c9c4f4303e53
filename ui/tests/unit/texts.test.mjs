// Both languages hold the same texts with the same parameters, and every key the source names is there.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const locales = join(source, 'locales');

function flatten(value, prefix = '') {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? [[prefix + key, inner]] : flatten(inner, `${prefix}${key}.`),
  );
}
const read = async (language, file) => new Map(flatten(JSON.parse(await readFile(join(locales, language, file), 'utf8'))));
// English has plural forms that Chinese has not.
const singular = (keys) => new Set([...keys].filter((key) => !key.endsWith('_one')));
const parameters = (text) => [...text.matchAll(/{{(\w+)}}/g)].map((m) => m[1]).sort();

test('the languages have the same files', async () => {
  assert.deepEqual(await readdir(join(locales, 'en')), await readdir(join(locales, 'zh')));
});

for (const file of await readdir(join(locales, 'en'))) {
  test(`${file}: the same keys and parameters, no empty text`, async () => {
    const en = await read('en', file);
    const zh = await read('zh', file);
    assert.deepEqual(singular(en.keys()), singular(zh.keys()));
    for (const [key, text] of zh) {
      assert.deepEqual(parameters(text), parameters(en.get(key)), key);
      assert.equal(text === '', en.get(key) === '', `${key} is empty in one language`);
    }
  });
}

async function sourceFiles(directory) {
  const found = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await sourceFiles(path)));
    else if (/\.tsx?$/.test(entry.name)) found.push(path);
  }
  return found;
}

test('every text that the source names by a literal exists', async () => {
  const all = new Map();
  for (const file of await readdir(join(locales, 'en'))) {
    for (const key of (await read('en', file)).keys()) all.set(key.replace(/_(one|other)$/, ''), file);
  }
  for (const path of await sourceFiles(source)) {
    const text = await readFile(path, 'utf8');
    for (const [, key] of text.matchAll(/\b(?:t|common)\('([\w.-]+)'/g)) assert.ok(all.has(key), `${path}: ${key}`);
  }
});

test('the Chinese texts are Chinese', async () => {
  // Words that are the same in both languages: names, units, abbreviations.
  const latin = /^[\s\w./{}%×+()-]*$/;
  const allowed = new Set(['NEWS2', 'HTTP', 'DICOM', 'HL7', 'JSON', 'SHA-256', 'SHA-256 {{value}}', '3×4 + ', '6×2', '12×1', '{{hz}} Hz', '']);
  for (const file of await readdir(join(locales, 'zh'))) {
    for (const [key, text] of await read('zh', file)) {
      if (latin.test(text)) assert.ok(allowed.has(text), `${file} ${key}: ${text}`);
    }
  }
});

test('the phrases of applications are found by their English text', async () => {
  for (const [key, text] of await read('en', 'phrases.json')) {
    assert.equal(key, text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, ''), text);
  }
});
