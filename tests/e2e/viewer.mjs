// OHIF as the server serves it, in Chromium: signed in by the pages, each study of XL_PLAN opened by the address our links
// have, and its viewports judged by their pixels. Nothing may come from another host, be refused by the Content Security
// Policy, or be missing. Run by viewer_test.py.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test, { after, before } from 'node:test';

const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const base = process.env.XL_BASE_URL;
const plan = JSON.parse(process.env.XL_PLAN);
const patience = 60_000 * Number(process.env.XL_PATIENCE ?? '1');
let browser, cookies;

const flags = '--headless --no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-sync ' +
  '--disable-component-update --enable-unsafe-swiftshader --use-gl=angle --use-angle=swiftshader';

// A page whose problems are kept: other hosts, policy violations, missing files, failed data.
async function openPage(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const problems = [];
  page.on('console', (message) => {
    if (/Content Security Policy|EvalError|CompileError/.test(message.text())) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) problems.push(`foreign: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  let last = Date.now();
  const note = (one) => {
    if (one.url().includes('/dicom-web/')) last = Date.now();
  };
  page.on('request', note);
  page.on('response', note);
  return { page, problems, quietSince: () => last };
}

// Of each drawn viewport: how many different colours it shows, and whether some are not grey.
const drawn = (page) => page.evaluate(() =>
  [...document.querySelectorAll('.viewport-wrapper canvas.cornerstone-canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4) {
      seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      if (Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 40) ++coloured;
    }
    return { tones: seen.size, coloured };
  }));

async function waitUntil(what, condition) {
  const deadline = Date.now() + patience;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${what}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.XL_CHROMIUM ?? '/usr/bin/chromium', args: flags.split(' ') });
  const context = await browser.newContext();
  const answer = await context.request.post(`${base}/api/session`, { data: { username: 'doctor', password: process.env.XL_PASSWORD } });
  assert.equal(answer.status(), 200);
  cookies = await context.cookies();
  await context.close();
});
after(() => browser.close());

test('who is not signed in is asked to, and comes back to the study', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const { page } = await openPage(context);
  // The page leaves before it is loaded: only its beginning is waited for.
  await page.goto(`${base}/viewer/viewer?StudyInstanceUIDs=${plan[0].study}`, { waitUntil: 'commit' });
  await page.locator('input[autocomplete=username]').fill('doctor');
  await page.locator('input[autocomplete=current-password]').fill(process.env.XL_PASSWORD);
  await page.locator('button[type=submit]').click();
  await waitUntil('the viewer', () => new URL(page.url()).pathname === '/viewer/viewer');
  assert.equal(new URL(page.url()).searchParams.get('StudyInstanceUIDs'), plan[0].study);
  await context.close();
});

// How often the text evaluating function of ndarray and ours give the same, over views cut, turned and mirrored at random.
test('views without evaluated text are those of ndarray', () => {
  const read = (path) => readFileSync(new URL(`../../tools/viewer/${path}`, import.meta.url), 'utf8');
  const folder = new URL('../../tools/viewer/node_modules/@ohif/app/dist/', import.meta.url);
  const bundle = readdirSync(folder).map((name) => (name.startsWith('9383.bundle.') ? read(`node_modules/@ohif/app/dist/${name}`) : ''))
    .join('');
  const library = bundle.slice(bundle.indexOf('function compare1st'), bundle.indexOf('module.exports = wrappedNDArrayCtor'));
  const parts = /^function compileConstructor[^]*?(?=^function arrayDType)/m;
  const setUp = 'const hasTypedArrays = true; const isBuffer = () => false; const iota = (n) => Array.from({length: n}, (_, i) => i);';
  const make = (text) => new Function(`${setUp}${text}; return wrappedNDArrayCtor;`)();
  const theirs = make(library), ours = make(library.replace(parts, () => read('ndarray_view.js')));
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; ++round) {
    const shape = Array.from({ length: 1 + random(3) }, () => 1 + random(5));
    const data = () => Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1);
    let a = theirs(data(), shape), b = ours(data(), shape);
    for (let step = 0; step < 4 && a.dimension > 0; ++step) {
      const name = ['lo', 'hi', 'step', 'transpose', 'pick'][random(5)];
      const axes = a.shape.map((length, i) => ({
        lo: random(length), hi: 1 + random(length), step: [1, -1, 2, -2][random(4)], pick: random(3) ? undefined : random(length),
        transpose: a.shape.length - 1 - i,
      })[name]);
      a = a[name](...axes);
      b = b[name](...axes);
      const strides = (view) => view.order.map((axis) => Math.abs(view.stride[axis])); // equal ones may change places
      assert.deepEqual([b.shape, b.stride, b.offset, b.size, strides(b)], [a.shape, a.stride, a.offset, a.size, strides(a)]);
    }
    const at = a.shape.map((length) => random(length));
    assert.equal(b.get(...at), a.get(...at));
    assert.equal(b.index(...at), a.index(...at));
    b.set(...at, 99);
    assert.equal(b.get(...at), 99);
  }
});

async function judge({ page, quietSince }, study) {
  await waitUntil('pixels', async () => {
    const shown = await drawn(page);
    return shown.length === study.viewports && shown.every(({ tones }) => tones > 40) && (!study.colour || shown[0].coloured > 100);
  });
  await waitUntil('the rest of the data', () => Date.now() - quietSince() > 1500);
  if (!study.segmentation) return;
  assert.equal((await drawn(page))[0].coloured, 0);
  await page.locator('[data-cy="study-browser-thumbnail-no-image"]').first().dblclick();
  await waitUntil('segments', async () => (await drawn(page)).some(({ coloured }) => coloured > 100));
}

// The request as OHIF sends it: no token, the browser says where it comes from.
test('what a reader makes is stored within the same sign-in, and images are not', async () => {
  const study = plan.find(({ segmentation }) => segmentation)?.study;
  if (!study) return;
  const context = await browser.newContext({ locale: 'en-GB' });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto(`${base}/viewer/viewer?StudyInstanceUIDs=${study}`, { waitUntil: 'commit' });
  const store = (modality) => page.evaluate(async ([uid, wanted]) => {
    const json = { Accept: 'application/dicom+json' };
    const [found] = await (await fetch(`/dicom-web/studies/${uid}/instances?Modality=${wanted}&limit=1`, { headers: json })).json();
    const series = found['0020000E'].Value[0], sop = found['00080018'].Value[0];
    const file = await fetch(`/dicom-web/studies/${uid}/series/${series}/instances/${sop}`, {
      headers: { Accept: 'application/dicom; transfer-syntax=*' },
    });
    const body = new Blob(['--cut\r\nContent-Type: application/dicom\r\n\r\n', await file.blob(), '\r\n--cut--\r\n']);
    const type = 'multipart/related; type="application/dicom"; boundary=cut';
    return (await fetch('/dicom-web/studies', { method: 'POST', body, headers: { ...json, 'Content-Type': type } })).status;
  }, [study, modality]);
  assert.equal(await store('SEG'), 200);
  assert.equal(await store('CT'), 409);
  await context.close();
});

for (const study of plan) {
  test(study.name, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    await context.addCookies(cookies);
    const opened = await openPage(context);
    const { page, problems } = opened;
    await page.goto(`${base}/viewer/viewer?StudyInstanceUIDs=${study.study}${study.query ?? ''}`);
    try {
      await judge(opened, study);
    } finally {
      await page.screenshot({ path: join(process.env.XL_OUTPUT, `${study.name}.png`) });
    }
    assert.deepEqual(problems, []);
    await context.close();
  });
}
