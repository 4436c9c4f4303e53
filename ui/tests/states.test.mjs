// axe-core on what opens over or inside a page: menus, dialogs, forms, calipers, tables in place of charts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { violationsOf } from './axe.mjs';
import { findSubjects, narrow, openContext, openHouse, output, settle, signIn, wide } from './harness.mjs';

let house;
before(async () => {
  house = await openHouse();
});
after(() => house?.close());

const click = (selector) => (page) => page.locator(selector).first().click();
const states = [
  ['saved-filters', () => '/worklist', click('.page-head-end button:nth-child(1)')],
  ['filter-open', () => '/worklist', click('.filter-status')],
  ['keyboard-help', () => '/worklist', (page) => page.keyboard.press('?')],
  ['nothing-matches', () => '/worklist?q=zzzz', () => {}],
  ['vitals-table', ({ patient }) => `/patients/${patient.id}`, (page) => page.locator('input[value=table]').first().check({ force: true })],
  ['news2-table', ({ patient }) => `/patients/${patient.id}`, (page) => page.locator('input[value=table]').last().check({ force: true })],
  ['result-edit', ({ open }) => `/results/${open?.id}`, click('.decision-buttons button:nth-child(2)')],
  ['result-reject', ({ open }) => `/results/${open?.id}`, click('.decision-buttons button:nth-child(3)')],
  ['calipers', ({ ecg }) => `/ecg?sop=${ecg?.study.sop}`, click('.ecg-toolbar .chip')],
];
const operatorStates = [
  ['message', () => '/system?tab=messages', click('table button')],
  ['proof', () => '/audit', click('table button')],
  ['add-user', () => '/users', click('.page-head-end button')],
];
const engineerStates = [
  ['raw-message', () => '/system?tab=messages', click('table button')],
  ['quarantined', () => '/system?tab=quarantine', click('table button')],
  ['undo-merge', () => '/system?tab=merges', click('table button')],
];

for (const [language, theme, size] of [
  ['en', 'light', wide],
  ['zh', 'dark', narrow],
]) {
  test(`what opens is accessible: ${language} ${theme}`, async (t) => {
    const { context, page, problems } = await openContext(house, { language, theme, size });
    await signIn(page, house);
    const subjects = await findSubjects(page);
    for (const [name, path, open] of [...states, ...operatorStates, ...engineerStates]) {
      if (name === 'message') await signIn(page, house, { who: 'operator' });
      if (name === 'raw-message') await signIn(page, house, { who: 'engineer' });
      await t.test(name, async (inner) => {
        const where = path(subjects);
        if (where.includes('undefined')) return inner.skip('no such data');
        await page.goto(house.url + where);
        await settle(page);
        const inTable = where.startsWith('/system');
        if (inTable && (await page.locator('table button').count()) === 0) return inner.skip('no such rows');
        await open(page);
        await settle(page);
        await page.screenshot({ path: join(output, `open-${name}-${language}-${theme}.png`) });
        assert.deepEqual(await violationsOf(page), []);
      });
    }
    if (size === narrow) {
      await signIn(page, house);
      await t.test('menu', async () => {
        await page.goto(`${house.url}/worklist`);
        await settle(page);
        await page.locator('.shell-top button').click();
        await page.getByRole('dialog').waitFor();
        await page.screenshot({ path: join(output, `open-menu-${language}-${theme}.png`) });
        assert.deepEqual(await violationsOf(page), []);
        await page.getByRole('dialog').getByRole('link').nth(1).click();
        await page.waitForURL(/\/patients/);
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      });
    }
    assert.deepEqual(problems, []);
    await context.close();
  });
}
