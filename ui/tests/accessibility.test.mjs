// axe-core, WCAG 2.2 A and AA, on every page in both languages and themes, wide and narrow; a screenshot of each is the
// output. No page may scroll sideways, ask another host, or write an error to the console.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findSubjects, narrow, openContext, openHouse, output, settle, signIn, wide } from './harness.mjs';
import { clinicalPages, operatorPages } from './pages.mjs';
import { violationsOf } from './axe.mjs';

const variants = [
  { language: 'en', theme: 'light', size: wide, name: 'en-light-wide' },
  { language: 'zh', theme: 'dark', size: wide, name: 'zh-dark-wide' },
  { language: 'zh', theme: 'light', size: narrow, name: 'zh-light-narrow' },
  { language: 'en', theme: 'dark', size: narrow, name: 'en-dark-narrow' },
];

let house;
before(async () => {
  house = await openHouse();
});
after(() => house?.close());

async function inspect(page, name, variant) {
  await page.screenshot({ path: join(output, `${name}-${variant.name}.png`), fullPage: true });
  assert.deepEqual(await violationsOf(page), [], `${name} ${variant.name}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} ${variant.name} scrolls sideways by ${overflow} px`);
  const language = await page.evaluate(() => document.documentElement.lang);
  assert.equal(language, variant.language === 'zh' ? 'zh-CN' : 'en');
  assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`);
}

for (const variant of variants) {
  test(`every page is accessible: ${variant.name}`, async (t) => {
    const { context, page, problems } = await openContext(house, variant);
    await page.goto(house.url);
    await page.locator('button[type=submit]').waitFor();
    await t.test('sign-in', () => inspect(page, 'sign-in', variant));
    const walk = async (pages) => {
      for (const [name, path] of pages) {
        await t.test(name, async () => {
          await page.goto(house.url + path);
          await settle(page);
          await inspect(page, name, variant);
        });
      }
    };
    await signIn(page, house, { who: 'clinical' });
    await walk(clinicalPages(await findSubjects(page)));
    await signIn(page, house, { who: 'operator' });
    await walk(operatorPages);
    assert.deepEqual(problems, []);
    await context.close();
  });
}
