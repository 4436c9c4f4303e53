// What those who run the house do: look at what machines sent, undo a merge, decide who is who, run a dead letter again, keep the users.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiGet, fillSignIn, onMock, openContext, openHouse, output, settle, signIn } from './harness.mjs';

let house;
before(async () => {
  house = await openHouse();
});
after(() => house?.close());

async function withPage(run, { as }) {
  const { context, page, problems } = await openContext(house);
  try {
    await signIn(page, house, { who: as });
    await run(page, context);
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
}
const shot = (page, name) => page.screenshot({ path: join(output, `state-${name}.png`) });

async function openTab(page, tab) {
  await page.goto(`${house.url}/system?tab=${tab}`);
  await settle(page);
}

test('the raw text of a message is shown to an engineer and to nobody else', async () => {
  await withPage(
    async (page) => {
      await openTab(page, 'messages');
      await page.getByRole('button', { name: /^Show message/ }).first().click();
      await page.getByRole('dialog').getByText('Your role may not read what machines sent').waitFor();
      assert.equal(await page.getByText(/^MSH\|/).count(), 0);
    },
    { as: 'operator' },
  );
  await withPage(
    async (page) => {
      assert.equal(new URL(page.url()).pathname, '/system', 'an engineer begins at the system page');
      await openTab(page, 'messages');
      await page.getByRole('button', { name: /^Show message/ }).first().click();
      await page.getByRole('dialog').getByText(/^MSH\|/).waitFor();
      await shot(page, 'message-raw');
    },
    { as: 'engineer' },
  );
});

test('an engineer reads what lies in quarantine; others see only why', async (t) => {
  let rows = 0;
  await withPage(
    async (page) => {
      await openTab(page, 'quarantine');
      rows = await page.locator('tbody tr').count();
      const show = page.getByRole('button', { name: /^Show the content/ });
      if (rows === 0) return;
      await show.first().click();
      const content = page.getByRole('dialog').getByRole('region', { name: 'Content' });
      assert.ok((await content.innerText()).length > 10);
      await shot(page, 'quarantine-content');
    },
    { as: 'engineer' },
  );
  if (rows === 0) return t.skip('nothing in quarantine');
  await withPage(
    async (page) => {
      await openTab(page, 'quarantine');
      assert.equal(await page.locator('tbody tr').count(), rows);
      assert.equal(await page.getByRole('button', { name: /^Show the content/ }).count(), 0);
    },
    { as: 'operator' },
  );
});

test('a merge is undone after a question, and both patients are there again', (t) =>
  withPage(
    async (page) => {
      await openTab(page, 'merges');
      const undo = page.getByRole('button', { name: /^Undo the merge/ });
      if ((await undo.count()) === 0) return t.skip('no merge');
      const before = await undo.count();
      const { items } = await apiGet(page, '/api/merges');
      const merge = items.find((row) => !row.undone);
      await undo.first().click();
      await shot(page, 'merge-sure');
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.equal(await undo.count(), before, 'cancelling changes nothing');
      await undo.first().click();
      await page.getByRole('button', { name: 'Separate' }).click();
      await page.getByText('The two patients are separate again.').waitFor();
      await page.getByRole('row').getByText('Undone', { exact: true }).first().waitFor();
      assert.equal(await undo.count(), before - 1);
      await shot(page, 'merge-undone');
      const again = (await apiGet(page, '/api/merges')).items.find((row) => row.id === merge.id);
      assert.equal(again.undone, true);
      if (onMock) return;
      await signIn(page, house, { who: 'clinical' });
      for (const id of [merge.survivor, merge.merged]) {
        const patient = await apiGet(page, `/api/patients/${id}`);
        assert.equal(patient.id, id);
        assert.equal(patient.merged_into, null);
      }
    },
    { as: 'engineer' },
  ));

test('a conflict of two patients: who they are, one decision, and taking it back', async (t) => {
  let open = 0;
  await withPage(
    async (page) => {
      await page.goto(`${house.url}/conflicts`);
      await settle(page);
      const entries = page.getByRole('article');
      open = await entries.count();
      if (open === 0) return;
      const [conflict] = (await apiGet(page, '/api/conflicts')).items;
      const entry = entries.first();
      await entry.getByRole('row', { name: /^Name/ }).getByRole('link', { name: conflict.known_person.name }).waitFor();
      await entry.getByRole('button', { name: /^Same person/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Same person' }).click();
      await dialog.getByText('Say why.').waitFor();
      await dialog.getByLabel('Reason').fill('one passport');
      await shot(page, 'conflict-same');
      await dialog.getByRole('button', { name: 'Same person' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.waitForFunction((left) => document.querySelectorAll('article').length === left, open - 1);
      await page.getByRole('radio', { name: 'All' }).check({ force: true });
      await entries.first().getByText('one passport').waitFor();
      if (!onMock) assert.equal((await apiGet(page, `/api/patients/${conflict.other}`)).merged_into, conflict.known);
      await entries.first().getByRole('button', { name: /^Take back/ }).click();
      await dialog.getByLabel('Reason').fill('misread');
      await dialog.getByRole('button', { name: 'Take back' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await entries.first().getByRole('button', { name: /^Different people/ }).click();
      await dialog.getByLabel('Reason').fill('two passports');
      await dialog.getByRole('button', { name: 'Different people' }).click();
      await entries.first().getByText('two passports').waitFor();
      await shot(page, 'conflict-different');
      await entries.first().getByRole('button', { name: /^Take back/ }).click();
      await dialog.getByLabel('Reason').fill('leave it as it was');
      await dialog.getByRole('button', { name: 'Take back' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
    { as: 'clinical' },
  );
  if (open === 0) return t.skip('no conflict');
  await withPage(
    async (page) => {
      await openTab(page, 'conflicts');
      assert.equal(await page.getByRole('article').count(), open);
      assert.equal(await page.getByRole('button', { name: /^Same person/ }).count(), 0, 'who may not see them cannot decide');
      if (!onMock) assert.equal(await page.getByRole('article').first().getByRole('row').count(), 3, 'only ids and issuers');
    },
    { as: 'operator' },
  );
});

test('a dead letter runs again', (t) =>
  withPage(
    async (page) => {
      await openTab(page, 'dead');
      const replay = page.getByRole('button', { name: /^Run again:/ });
      if ((await replay.count()) === 0) return t.skip('no dead letter');
      const { items } = await apiGet(page, '/api/system/dead-letters');
      await shot(page, 'dead-letter');
      await replay.first().click();
      await page.getByText('The job runs again.').waitFor();
      await page.waitForFunction(
        async (id) => (await (await fetch('/api/system/dead-letters')).json()).items.every((row) => row.id !== id),
        items[0].id,
      );
      await page.getByText('No dead letters.').waitFor();
      await shot(page, 'dead-letter-replayed');
    },
    { as: 'operator' },
  ));

test('an administrator deletes a study by its UID, and takes it back', { skip: !onMock && 'would delete from the house' }, () =>
  withPage(
    async (page) => {
      await openTab(page, 'deletions');
      const ask = async (study) => {
        await page.getByRole('button', { name: 'Delete', exact: true }).first().click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Study Instance UID').fill(study);
        await dialog.getByLabel('Reason').fill('its time is over');
        await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
        return dialog;
      };
      const refused = await ask('1.2.826.0.1.0');
      await refused.getByText('2041-11-22').waitFor();
      await shot(page, 'deletion-refused');
      await refused.getByRole('button', { name: 'Cancel' }).click();
      await refused.waitFor({ state: 'hidden' });
      await ask('1.2.826.0.1.77');
      await page.getByText('Recorded.').waitFor();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Take back the deletion of 1.2.826.0.1.77' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('still needed');
      await dialog.getByRole('button', { name: 'Take back' }).click();
      await page.getByText(/^Taken back/).first().waitFor();
      await shot(page, 'deletions');
    },
    { as: 'operator' },
  ));

test('pictures of a study are shown, with a sign for what has none', { skip: !onMock && 'needs a study with pixels' }, () =>
  withPage(
    async (page) => {
      await page.goto(`${house.url}/study?uid=1.2.826.0.1.3`);
      await settle(page);
      const picture = page.getByRole('img', { name: /^Picture of series 1/ });
      await picture.waitFor();
      assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0));
      await page.getByRole('img', { name: 'No picture: SR' }).waitFor();
      await shot(page, 'study-pictures');
    },
    { as: 'clinical' },
  ));

const words = { first: 'a long first password', second: 'a long second password' };

async function addUser(page, name) {
  await page.goto(`${house.url}/users`);
  await settle(page);
  await page.getByRole('button', { name: 'Add a user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('User name').fill(name);
  await dialog.getByLabel('Name shown').fill('Night shift');
  await dialog.getByLabel('Password').fill(words.first);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('The user was added.').waitFor();
  await dialog.waitFor({ state: 'hidden' });
}

// Whether somebody of this name and password gets in, in a browser of their own; the session stays open if so.
async function triesToSignIn(name, password, run) {
  const { context, page } = await openContext(house);
  try {
    await page.goto(house.url);
    await fillSignIn(page, { user: name, password });
    const inside = page.locator('nav').first().waitFor({ state: 'attached' }).then(() => true);
    const refused = page.getByText('The user name or the password is wrong.').waitFor().then(() => false);
    const entered = await Promise.any([inside, refused]);
    if (entered) await run?.(page);
    return entered;
  } finally {
    await context.close();
  }
}

test('a changed password: short ones are refused, the old one no longer works, open sessions end', (t) =>
  withPage(
    async (page) => {
      if (onMock) return t.skip('the mock has one password');
      const name = 'night-1';
      await addUser(page, name);
      const entered = await triesToSignIn(name, words.first, async (theirs) => {
        await page.getByRole('button', { name: `New password for ${name}` }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Password', { exact: true }).fill('short');
        await dialog.getByRole('button', { name: 'Save' }).click();
        await dialog.getByText('At least 12 characters').waitFor();
        await shot(page, 'password-short');
        await dialog.getByLabel('Password', { exact: true }).fill(words.second);
        await dialog.getByRole('button', { name: 'Save' }).click();
        await page.getByText('The password was changed.').waitFor();
        assert.equal(await theirs.evaluate(async () => (await fetch('/api/session')).status), 401, 'the open session has ended');
      });
      assert.ok(entered);
      assert.equal(await triesToSignIn(name, words.first), false);
      assert.equal(await triesToSignIn(name, words.second), true);
    },
    { as: 'operator' },
  ));

test('a disabled user is signed out and kept out until enabled again', (t) =>
  withPage(
    async (page) => {
      if (onMock) return t.skip('the mock lets everybody in');
      const name = 'night-2';
      await addUser(page, name);
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
      const entered = await triesToSignIn(name, words.first, async (theirs) => {
        await page.getByRole('button', { name: `Disable ${name}` }).click();
        await row.getByText('Disabled').waitFor();
        await shot(page, 'user-disabled');
        await theirs.getByRole('link', { name: 'Patients', exact: true }).click();
        await theirs.getByText('Your session has ended').waitFor();
      });
      assert.ok(entered);
      assert.equal(await triesToSignIn(name, words.first), false);
      await page.getByRole('button', { name: `Enable ${name}` }).click();
      await row.getByText('Active').waitFor();
      assert.equal(await triesToSignIn(name, words.first), true);
      const own = (await apiGet(page, '/api/session')).user.name;
      assert.ok(await page.getByRole('button', { name: `Disable ${own}` }).isDisabled(), 'nobody locks themselves out');
    },
    { as: 'operator' },
  ));

test('a peer is added, tested, changed and removed', () =>
  withPage(
    async (page) => {
      await openTab(page, 'peers');
      await page.getByRole('button', { name: 'Add a peer' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'AE title' }).fill('UITEST');
      await dialog.getByRole('textbox', { name: /^Host/ }).fill('127.0.0.1');
      await dialog.getByRole('spinbutton', { name: 'Port' }).fill('9');
      await shot(page, 'peer-add');
      await dialog.getByRole('button', { name: 'Save' }).click();
      const row = page.getByRole('row').filter({ hasText: 'UITEST' });
      await row.waitFor();
      await row.getByRole('button', { name: 'Test UITEST' }).click();
      await row.getByText(/answered in|no answer/).waitFor();
      await row.getByRole('button', { name: 'Remove UITEST' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
      await row.waitFor({ state: 'detached' });
    },
    { as: 'engineer' },
  ));

test('a pair of identity review: evidence, putting it off, one decision, its history, taking it back', async (t) => {
  let open = 0;
  await withPage(
    async (page) => {
      await page.goto(`${house.url}/identity`);
      await settle(page);
      const entries = page.getByRole('article');
      open = await entries.count();
      if (open === 0) return;
      const entry = entries.first();
      await entry.getByRole('rowheader', { name: 'Birth date' }).waitFor();
      const act = async (button, reason) => {
        await entry.getByRole('button', { name: new RegExp(`^${button}`) }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Reason').fill(reason);
        await dialog.getByRole('button', { name: button }).click();
        await dialog.waitFor({ state: 'hidden' });
      };
      await shot(page, 'identity-pair');
      await act('Later', 'waits for the papers');
      await page.waitForFunction((left) => document.querySelectorAll('article').length === left, open - 1);
      await page.getByRole('radio', { name: 'All' }).check({ force: true });
      await entry.getByText('waits for the papers').waitFor();
      await act('Different people', 'two passports');
      await entry.getByText('two passports').waitFor();
      await entry.getByRole('button', { name: /^History/ }).click();
      await entry.getByRole('listitem').nth(1).waitFor();
      await act('Take back', 'leave it as it was');
    },
    { as: 'clinical' },
  );
  if (open === 0) t.skip('no pair');
});
