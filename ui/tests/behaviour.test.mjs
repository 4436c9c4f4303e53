// What a person does: sign in and out, filter, walk the list by keyboard, decide, switch language and theme, measure.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiGet, fillSignIn, findSubjects, openContext, openHouse, output, people, settle, signIn } from './harness.mjs';

let house;
before(async () => {
  house = await openHouse();
});
after(() => house?.close());

// One page, signed in unless said otherwise; fails when the page itself reports a problem.
async function withPage(run, { as = 'clinical', fresh = false, ...options } = {}) {
  const { context, page, problems } = await openContext(house, options);
  try {
    if (as) await signIn(page, house, { who: as, fresh });
    await run(page, context);
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
}
const shot = (page, name) => page.screenshot({ path: join(output, `state-${name}.png`) });

test('a wrong password is refused in words and the address is kept', () =>
  withPage(
    async (page) => {
      await page.goto(`${house.url}/patients`);
      await fillSignIn(page, { ...people.clinical, password: 'wrong' });
      await page.getByText('The user name or the password is wrong.').waitFor();
      await shot(page, 'sign-in-refused');
      await fillSignIn(page, people.clinical);
      await page.getByRole('heading', { level: 1, name: 'Patients' }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/patients');
    },
    { as: null },
  ));

test('signing out shows the sign-in page and the next request is refused', () =>
  withPage(
    async (page) => {
      await page.getByRole('button', { name: 'Sign out' }).first().click();
      await page.locator('input[autocomplete=current-password]').waitFor();
      assert.equal(await page.evaluate(async () => (await fetch('/api/session')).status), 401);
    },
    { fresh: true },
  ));

test('a lost session asks to sign in again and goes on at the same place', () =>
  withPage(async (page, context) => {
    await page.goto(`${house.url}/worklist`);
    await settle(page);
    await context.clearCookies();
    await page.getByRole('link', { name: 'Patients', exact: true }).click();
    await page.getByText('Your session has ended').waitFor();
    await shot(page, 'session-ended');
    await fillSignIn(page, people.clinical);
    await page.getByRole('heading', { level: 1, name: 'Patients' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/patients');
  }));

test('the skip link is the first stop of the keyboard and leads to the content', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/about`);
    await settle(page);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip-link');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  }));

test('worklist: filters go into the address and come back from it', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/worklist`);
    await settle(page);
    await page.getByRole('button', { name: /unread$/ }).click();
    await page.waitForURL(/status=unread/);
    await page.reload();
    await settle(page);
    assert.equal(await page.getByRole('button', { name: /unread$/ }).getAttribute('aria-pressed'), 'true');
    const statuses = await page.locator('.worklist-table tbody .status').allInnerTexts();
    assert.ok(statuses.every((text) => text.includes('Unread')), statuses.join());
  }));

test('worklist: a saved filter is kept without the search words', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/worklist?status=open&q=zzz`);
    await settle(page);
    await page.getByRole('button', { name: 'Saved filters' }).click();
    await page.getByPlaceholder('Name of this filter').fill('Mine');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Mine', exact: true }).waitFor();
    await shot(page, 'saved-filters');
    const box = await page.locator('.presets').boundingBox();
    assert.ok(box && box.y > 0 && box.y < 300, 'the list stands below its button, also with reduced motion');
    const stored = await page.evaluate(() => localStorage.getItem('xinglin.worklist.presets'));
    assert.deepEqual(JSON.parse(stored), [{ name: 'Mine', filter: { status: 'open' } }]);
    await page.getByRole('button', { name: 'Mine', exact: true }).click();
    await page.waitForURL((url) => !url.searchParams.has('q') && url.searchParams.get('status') === 'open');
  }));

test('worklist: j and k walk, ? helps, Enter opens', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/worklist`);
    await settle(page);
    const links = page.locator('[data-row-link]');
    if ((await links.count()) < 2) return;
    const focused = () => page.evaluate(() => [...document.querySelectorAll('[data-row-link]')].indexOf(document.activeElement));
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await focused(), 1);
    await page.keyboard.press('k');
    assert.equal(await focused(), 0);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await shot(page, 'keyboard-help');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await links.first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/results\//);
  }));

test('language and theme switch at once and stay after a reload', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/worklist`);
    await settle(page);
    await page.getByRole('radio', { name: '中文' }).first().check({ force: true });
    await page.getByRole('heading', { level: 1, name: '工作列表' }).waitFor();
    await page.getByRole('radio', { name: '深色' }).first().check({ force: true });
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '工作列表' }).waitFor();
    const html = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]);
    assert.deepEqual(html, ['zh-CN', 'dark']);
  }));

test('patient: every value of the banner is labelled and the charts have table twins', () =>
  withPage(async (page) => {
    const { patient } = await findSubjects(page);
    await page.goto(`${house.url}/patients/${patient.id}`);
    await settle(page);
    const labels = await page.locator('.banner dt').allInnerTexts();
    for (const label of ['Born', 'Gender', 'Record number', 'Ward', 'Allergies', 'NEWS2']) assert.ok(labels.includes(label), label);
    const values = await page.locator('.banner dd').allInnerTexts();
    assert.ok(values.every((value) => value.trim() !== '' && !value.includes('?')), values.join('|'));
    for (const table of await page.getByRole('radio', { name: 'Table' }).all()) await table.check({ force: true });
    await page.getByRole('table', { name: 'Vital signs as a table' }).waitFor();
    await page.screenshot({ path: join(output, 'state-patient-tables.png'), fullPage: true });
  }));

test('ECG: the calipers are moved by keyboard and read out time, rate and amplitude', async (t) =>
  withPage(async (page) => {
    const { ecg } = await findSubjects(page);
    if (!ecg) return t.skip('no ECG result');
    await page.goto(`${house.url}/ecg?sop=${ecg.study.sop}`);
    await settle(page);
    await page.getByRole('button', { name: 'Calipers' }).click();
    const read = () => page.locator('.calipers-readout').innerText();
    assert.match(await read(), /800 ms/);
    assert.match(await read(), /75 \/min/);
    await page.getByRole('slider', { name: 'End of the time interval' }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    assert.match(await read(), /1000 ms/);
    assert.match(await read(), /60 \/min/);
    await shot(page, 'ecg-calipers');
    for (const layout of ['6×2', '12×1']) {
      await page.getByRole('radio', { name: layout }).check({ force: true });
      await settle(page);
      await page.screenshot({ path: join(output, `state-ecg-${layout.replace('×', 'x')}.png`), fullPage: true });
    }
    assert.ok((await page.getByRole('table', { name: 'Measurements' }).locator('tbody tr').count()) > 3);
  }));

test('ECG: the drawn paper has the right scale', async (t) =>
  withPage(async (page) => {
    const { ecg } = await findSubjects(page);
    if (!ecg) return t.skip('no ECG result');
    const recording = await apiGet(page, `/api/ecg/${encodeURIComponent(ecg.study.sop)}`);
    await page.goto(`${house.url}/ecg?sop=${ecg.study.sop}`);
    await settle(page);
    await page.getByRole('radio', { name: 'True size' }).check({ force: true });
    await settle(page);
    const width = await page.locator('.ecg-paper').evaluate((paper) => paper.getBoundingClientRect().width);
    const seconds = Math.min(10, recording.leads[0].samples.length / recording.rate_hz);
    // 25 mm/s and 19 mm of margins, at 96 CSS pixels to the inch.
    assert.ok(Math.abs(width - ((seconds * 25 + 19) * 96) / 25.4) < 1, String(width));
  }));

test('result: opening marks it read; accept, edit and reject are kept in the history, with reasons', async (t) =>
  withPage(async (page) => {
    const { results } = await findSubjects(page);
    const subject = results.find((item) => item.status === 'unread');
    if (!subject) return t.skip('no result');
    await page.goto(`${house.url}/results/${subject.id}`);
    await settle(page);
    await page.waitForFunction(async (id) => (await (await fetch(`/api/results/${id}`)).json()).status !== 'unread', subject.id);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.locator('.decision-now.decision-accept').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Accept' }).count(), 0);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.locator('.edit-grid input').first().fill('9');
    await page.locator('.decision-form textarea').fill('read by hand');
    await shot(page, 'result-edit');
    await page.getByRole('button', { name: /Save 1 change/ }).click();
    await page.locator('.decision-now.decision-edit').waitFor();
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('button', { name: 'Reject the result' }).click();
    await page.getByText('Give a reason.').waitFor();
    await shot(page, 'result-reject');
    await page.getByRole('button', { name: 'Artefact or poor signal' }).click();
    await page.getByRole('button', { name: 'Reject the result' }).click();
    await page.locator('.decision-now.decision-reject').waitFor();
    await page.getByText('A rejected result stays rejected.').waitFor();
    const stored = await apiGet(page, `/api/results/${subject.id}`);
    assert.equal(stored.status, 'rejected');
    assert.deepEqual(
      stored.history.map((entry) => entry.action),
      ['accept', 'edit', 'reject'],
    );
    await page.screenshot({ path: join(output, 'state-result-decided.png'), fullPage: true });
  }));

test('NEWS2: a clinician sets SpO2 scale 2 with a reason, sees it beside the trend and takes it back', async (t) =>
  withPage(async (page) => {
    const { results } = await findSubjects(page);
    const subject = results.find((item) => item.patient);
    if (!subject) return t.skip('no patient');
    await page.goto(`${house.url}/patients/${subject.patient.id}`);
    await settle(page);
    for (const [scale, reason] of [
      [2, 'COPD, target 88 to 92 %'],
      [1, 'Blood gas normal'],
    ]) {
      await page.locator('.spo2-scale button').click();
      await page.getByRole('button', { name: `Use scale ${scale}` }).click();
      await page.getByText('Give a reason.').waitFor();
      await page.locator('.ant-modal textarea').fill(reason);
      await shot(page, `spo2-scale-${scale}-dialog`);
      await page.getByRole('button', { name: `Use scale ${scale}` }).click();
      await page.getByText(`SpO₂ scale ${scale}, set by`).waitFor();
      await page.locator('.ant-modal').waitFor({ state: 'hidden' });
      await shot(page, `spo2-scale-${scale}`);
    }
    const { spo2_scale: kept } = await apiGet(page, `/api/patients/${subject.patient.id}/news2`);
    assert.deepEqual([kept.scale, ...kept.history.map((one) => one.scale)], [1, 1, 2]);
  }));

test('live: a decision made elsewhere appears without a reload and the list keeps its place', async (t) => {
  const other = await openContext(house);
  await signIn(other.page, house);
  await withPage(async (page) => {
    const { results } = await findSubjects(page);
    const subject = results.find((item) => item.status === 'unread' || item.status === 'read');
    if (!subject) return t.skip('no result');
    await page.goto(`${house.url}/worklist`);
    await settle(page);
    await page.getByText('Live', { exact: true }).first().waitFor();
    const row = page.locator('tr', { has: page.locator(`a[href$="/results/${subject.id}"]`) });
    await row.locator('[data-row-link]').focus();
    await other.page.evaluate(async (id) => {
      const { csrf } = await (await fetch('/api/session')).json();
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      const body = JSON.stringify({ action: 'accept' });
      await fetch(`/api/results/${id}/feedback`, { method: 'POST', headers, body });
    }, subject.id);
    await row.getByText('Accepted').waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('href'));
    assert.ok(focused?.endsWith(`/results/${subject.id}`), 'the focus stays on the row');
  });
  await other.context.close();
});

test('live: a broken stream is said and mends itself', () =>
  withPage(async (page) => {
    await page.route('**/api/events', (route) => route.abort());
    await page.goto(`${house.url}/worklist`);
    await page.getByText('Live updates are interrupted.').waitFor();
    await shot(page, 'stream-broken');
    await page.unroute('**/api/events');
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.getByText('Live updates are interrupted.').waitFor({ state: 'detached' });
  }));

test('errors: an unknown result and an unknown patient are said in words', () =>
  withPage(async (page) => {
    for (const path of ['/results/no-such-result', '/patients/no-such-patient', '/ecg?sop=0.0']) {
      await page.goto(house.url + path);
      await page.getByRole('alert').first().waitFor();
      await page.getByRole('button', { name: 'Try again' }).first().waitFor();
    }
    await shot(page, 'unknown-ecg');
  }));

test('the navigation offers only what the role may open', () =>
  withPage(
    async (page) => {
      const { user } = await apiGet(page, '/api/session');
      const links = await page.locator('.shell-side .nav-link').allInnerTexts();
      const offered = (name) => links.some((text) => text.startsWith(name));
      assert.equal(offered('Worklist'), user.permissions.includes('read_clinical'));
      assert.equal(offered('System'), user.permissions.includes('read_system'));
      assert.equal(offered('Users'), user.permissions.includes('manage_users'));
    },
    { as: 'operator' },
  ));
