// What every browser test starts from: a base URL (the real server's, or the mock over the built pages), Chromium, a
// signed-in page that collects console errors and foreign requests, screenshots as output.
import { access, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
export const output = process.env.XL_OUTPUT ?? join(root, 'test-output');
export const onMock = !process.env.XL_BASE_URL;
export const credentials = onMock
  ? { user: 'admin', password: 'mock' }
  : { user: process.env.XL_USER ?? '', password: process.env.XL_PASSWORD ?? '' };
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

export async function signIn(page, house, path = '/', user = credentials.user, password = credentials.password) {
  await page.goto(house.url + path);
  await page.locator('input[autocomplete=username]').fill(user);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor({ state: 'attached' });
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

// The page under test for a patient with something to show: the first with a score, with its ECG and results if any.
export async function findSubjects(page) {
  const { items: patients } = await apiGet(page, '/api/patients?limit=50');
  const { items: results } = await apiGet(page, '/api/worklist?limit=200');
  const withEcg = results.find((item) => item.study?.modality === 'ECG' && item.study.sop);
  const withScore = results.find((item) => item.application.id === 'early-warning');
  const scored = patients.find((patient) => patient.news2) ?? patients[0];
  return { patient: scored, ecg: withEcg, news2: withScore, patients, results };
}
