// What every browser test starts from: a base URL (the real server's, or the mock over the built pages), Chromium, a
// signed-in page that collects console errors and foreign requests, screenshots as output.
import { access, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
export const output = process.env.XL_OUTPUT ?? join(root, 'test-output');
export const onMock = !process.env.XL_BASE_URL;
// Who walks which pages: a clinician those with patients, an administrator the rest, an engineer what machines sent. XL_LOGINS ({name: password}) gives
// the demo accounts; without it XL_USER is both.
const logins = process.env.XL_LOGINS ? JSON.parse(process.env.XL_LOGINS) : {};
const given = (name) => ({
  user: logins[name] ? name : (process.env.XL_USER ?? ''),
  password: logins[name] ?? process.env.XL_PASSWORD ?? '',
});
const mock = (user) => ({ user, password: 'mock' });
export const people = onMock
  ? { clinical: mock('doctor'), operator: mock('admin'), engineer: mock('engineer') }
  : { clinical: given('doctor'), operator: given('admin'), engineer: given('engineer') };
export const wide = { width: 1600, height: 900 };
export const narrow = { width: 390, height: 844 };

async function startMock() {
  await access(join(root, 'dist/index.html')).catch(() => {
    throw new Error('no dist: run "npm run build" first');
  });
  process.env.NODE_ENV = 'production';
  delete process.env.XL_BACKEND;
  const { preview } = await import('vite');
  const server = await preview({ root, logLevel: 'silent', preview: { port: 0, host: '127.0.0.1', strictPort: false } });
  const { port } = server.httpServer.address();
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

export async function openHouse() {
  const server = onMock ? await startMock() : { url: process.env.XL_BASE_URL.replace(/\/$/, ''), close: async () => {} };
  const browser = await chromium.launch({
    executablePath: process.env.XL_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  await mkdir(output, { recursive: true });
  return {
    url: server.url,
    browser,
    sessions: new Map(), // cookies of each signed-in person: signing in is limited in rate
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

// A fresh browser context; `problems` gathers what must not happen on any page.
export async function openContext(house, { language = 'en', theme = 'light', size = wide, reducedMotion = 'reduce' } = {}) {
  const context = await house.browser.newContext({ viewport: size, reducedMotion, locale: language === 'zh' ? 'zh-CN' : 'en-GB' });
  await context.addInitScript(
    ([l, t]) => {
      localStorage.setItem('xinglin.language', localStorage.getItem('xinglin.language') ?? l);
      localStorage.setItem('xinglin.theme', localStorage.getItem('xinglin.theme') ?? t);
    },
    [language, theme],
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is the subject of some tests; everything else that the console calls an error is not expected.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) problems.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(house.url) && !url.startsWith('data:') && !url.startsWith('blob:')) problems.push(`foreign request: ${url}`);
  });
  return { context, page, problems };
}

export async function fillSignIn(page, { user, password }) {
  await page.locator('input[autocomplete=username]').fill(user);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
}

// With a session of an earlier sign-in of the same person, unless a `fresh` one is asked for (to end it).
export async function signIn(page, house, { path = '/', who = 'clinical', fresh = false } = {}) {
  const context = page.context();
  const kept = house.sessions.get(who);
  await context.clearCookies();
  if (kept && !fresh) await context.addCookies(kept);
  await page.goto(house.url + path);
  if (!kept || fresh) await fillSignIn(page, people[who]);
  await page.locator('nav').first().waitFor({ state: 'attached' });
  if (!fresh) house.sessions.set(who, await context.cookies());
}

export async function settle(page) {
  await page.locator('#main').waitFor();
  await page.waitForFunction(() => !document.querySelector('.ant-skeleton, [aria-busy="true"]'), null, { timeout: 15_000 });
  // Two frames: canvases and charts draw in the frame after their data.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))));
  await page.waitForFunction(() => [...document.querySelectorAll('.chart > div')].every((box) => box.querySelector('svg')));
}

export async function apiGet(page, path) {
  return page.evaluate(async (p) => (await fetch(p)).json(), path);
}

// What the pages are tested with: XL_PATIENT or the first patient with a score, an ECG result and an early warning.
export async function findSubjects(page) {
  const { items: patients } = await apiGet(page, '/api/patients?limit=200&status=all');
  const { items: results } = await apiGet(page, '/api/worklist?limit=200');
  const withEcg = results.find((item) => item.study?.modality === 'ECG' && item.study.sop);
  const warnings = results.filter((item) => item.application.id === 'early-warning');
  const scored =
    patients.find((patient) => patient.id === process.env.XL_PATIENT) ?? patients.find((patient) => patient.news2) ?? patients[0];
  const withScore = warnings.find((item) => item.patient.id === scored?.id) ?? warnings[0];
  const open = results.find((item) => item.status === 'unread' || item.status === 'read');
  const { items: studies } = await apiGet(page, '/api/studies?limit=5');
  const study = studies[0] && (await apiGet(page, `/api/studies/${studies[0].uid}`));
  return { study, patient: scored, ecg: withEcg, news2: withScore, open, patients, results };
}
