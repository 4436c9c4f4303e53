// The archive: filters in the address, the server's pages, keys, one study, receipts and their proof.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { violationsOf } from './axe.mjs';
import { apiGet, onMock, openContext, openHouse, output, settle, signIn } from './harness.mjs';

let house;
before(async () => {
  house = await openHouse();
});
after(() => house?.close());

async function withPage(run, options = {}) {
  const { context, page, problems } = await openContext(house, options);
  try {
    await signIn(page, house, { who: 'clinical' });
    await run(page);
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
}
const shot = (page, name) => page.screenshot({ path: join(output, `state-${name}.png`) });
const rows = (page) => page.locator('.study-table tbody tr');

test('studies: a filter is asked of the server, kept in the address and cleared', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/studies`);
    await settle(page);
    const [first] = (await apiGet(page, '/api/studies?limit=1')).items;
    const id = first.in_images.id;
    await page.getByRole('textbox', { name: 'Patient ID' }).fill(id);
    await page.waitForURL((url) => url.searchParams.get('patient_id') === id);
    await settle(page);
    const shown = await page.locator('.study-table .col-id .mono').allInnerTexts();
    assert.ok(shown.length > 0 && shown.every((text) => text.startsWith(id)), shown.join());
    await page.reload();
    await settle(page);
    assert.equal(await page.getByRole('textbox', { name: 'Patient ID' }).inputValue(), id);
    await page.getByRole('textbox', { name: 'Patient ID' }).fill('no-such-number');
    await page.getByText('No study matches the filter.').waitFor();
    await shot(page, 'studies-none');
    await page.getByRole('button', { name: 'Clear filter' }).first().click();
    await page.waitForURL((url) => url.search === '');
    await rows(page).first().waitFor();
  }));

test('studies: a filter that cannot be understood is said in words', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/studies?name=a%5Cb`);
    await page.getByText('A filter cannot be understood').waitFor();
  }));

test('studies: the next page is added behind the first', { skip: !onMock && 'needs more than one page' }, () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/studies`);
    await settle(page);
    assert.equal(await rows(page).count(), 50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows(page).nth(99).waitFor();
    assert.equal(await rows(page).count(), 100);
  }));

test('studies: j and Enter open a study; its receipts are proved', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/studies`);
    await settle(page);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/study');
    await settle(page);
    await page.getByRole('link', { name: /^Show the receipts of series/ }).first().click();
    const table = page.getByRole('region', { name: 'Receipts of the series' });
    await table.waitFor();
    await table.getByRole('button', { name: /^Proof of leaf/ }).first().click();
    const receipt = page.getByRole('dialog');
    await receipt.getByText(/(The leaf lies under the signed root|The log is signed at intervals)/).waitFor();
    await shot(page, 'receipt');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /^Hide the receipts of series/ }).click();
    await table.waitFor({ state: 'detached' });
  }));

test('studies: the tab of a patient leads to the study', (t) =>
  withPage(async (page) => {
    const known = (await apiGet(page, '/api/studies?limit=100')).items.find((study) => study.patient);
    if (!known) return t.skip('no study of a known patient');
    await page.goto(`${house.url}/patients/${known.patient.id}?tab=studies`);
    await settle(page);
    const link = page.locator('.panel a[href^="/study"]').first();
    if ((await link.count()) === 0) return t.skip('the patient shows no study');
    assert.match(await link.getAttribute('href'), /^\/study\?uid=/);
  }));

test('studies: a study is rejected with a reason, hidden, and restored', () =>
  withPage(async (page) => {
    await page.goto(`${house.url}/studies`);
    await settle(page);
    const { uid } = (await apiGet(page, '/api/studies?limit=1')).items[0];
    const open = async () => {
      await page.goto(`${house.url}/study?uid=${uid}`);
      await settle(page);
    };
    const act = async (name, reason) => {
      await page.getByRole('button', { name, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name, exact: true }).click();
      await dialog.getByText('Say why.').waitFor();
      await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
      await shot(page, `study-${name.toLowerCase()}`);
      await dialog.getByRole('button', { name, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await open();
    await act('Reject', 'wrong patient on the table');
    await page.getByRole('cell', { name: 'wrong patient on the table' }).first().waitFor();
    const listed = async (query) => (await apiGet(page, `/api/studies?limit=500${query}`)).items.some((one) => one.uid === uid);
    assert.equal(await listed(''), false);
    assert.equal(await listed('&state=rejected'), true);
    await act('Restore', 'it was the right one');
    await page.getByRole('cell', { name: 'it was the right one' }).first().waitFor();
    assert.equal(await listed(''), true);
  }));

test('studies: a correction is shown with old and new value, and taken back', { skip: onMock && 'the mock takes nothing back' }, () =>
  withPage(async (page) => {
    const { uid } = (await apiGet(page, '/api/studies?limit=1')).items[0];
    const before = (await apiGet(page, `/api/studies/${uid}`)).description;
    await page.goto(`${house.url}/study?uid=${uid}`);
    await settle(page);
    await page.getByRole('button', { name: 'Correct', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Description').fill('Corrected by the browser test');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('typed wrong at the console');
    await shot(page, 'study-correct');
    assert.deepEqual(await violationsOf(page), []);
    await dialog.getByRole('button', { name: 'Correct', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Corrected by the browser test' }).waitFor();
    await page.getByRole('insertion').getByText('Corrected by the browser test').waitFor();
    await shot(page, 'study-corrected');
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole('button', { name: /^Take back correction/ }).first().click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('it was right');
    await dialog.getByRole('button', { name: 'Take back', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: /^Taken back/ }).waitFor();
    assert.equal((await apiGet(page, `/api/studies/${uid}`)).description, before);
  }));

test('studies: a study is moved to another patient and back', { skip: onMock && 'the mock moves nothing' }, () =>
  withPage(async (page) => {
    const [study] = (await apiGet(page, '/api/studies?limit=1')).items;
    const other = (await apiGet(page, '/api/patients?status=all&limit=50')).items.find((one) => one.id !== study.patient.id && one.mrn);
    await page.goto(`${house.url}/study?uid=${study.uid}`);
    await settle(page);
    await page.getByRole('button', { name: 'Move to patient', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Patient' }).fill(other.mrn);
    await page.locator('.ant-select-item-option').filter({ hasText: other.mrn }).first().click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('wrong worklist entry');
    await shot(page, 'study-move');
    await dialog.getByRole('button', { name: 'Move to patient', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const moved = await apiGet(page, `/api/studies/${study.uid}`);
    assert.equal(moved.patient.id, other.id);
    assert.equal(moved.in_images.id, other.mrn);
    await page.getByRole('button', { name: /^Take back correction/ }).first().click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('it was right');
    await dialog.getByRole('button', { name: 'Take back', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await apiGet(page, `/api/studies/${study.uid}`)).patient.id, study.patient.id);
  }));
