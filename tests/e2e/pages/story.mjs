// SPDX-License-Identifier: Apache-2.0
// story.mjs - a day in a town, told step by step. Each step stands on those before it, so the first that
// fails ends the day; what the pages complained of on the way fails it too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { codeOf, complaints, openBrowser, openTown } from './town.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
let steps = 0;

export async function step(words, tell) {
  await tell();
  console.log(`ok ${++steps} - ${words} (${seconds()} s)`);
}

/** axe on what is shown now. @param {string} words which page, for the report */
export async function checkAccess(page, words) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`);
  assert.deepEqual(told, [], `axe on ${words}`);
}

/** Press Tab until the focus is on what the selector names; nothing but keys. */
export async function tabTo(page, selector) {
  for (let pressed = 0; pressed < 150; pressed += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never came to ${selector}`);
}

export async function noSideways(page, words) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 320, `${words} is ${wide} px wide at 320`);
}

/** The second step, where the account has one: the code of its authenticator. @param {any} where a page, or a dialog in one */
export async function giveCode(where, account) {
  if (!account.totp) return;
  await where.locator('#second-code').fill(await codeOf(account));
  await where.locator('#second-code').press('Enter');
}

/** Type name and password at the door, and the code where one is asked. */
export async function signIn(page, address, account) {
  await page.goto(address);
  await page.fill('[name=name]', account.name);
  await page.fill('[name=password]', account.password);
  await page.click('button[type=submit]');
  await giveCode(page, account);
  await page.waitForSelector('nav.menu');
}

/**
 * Open a town and a browser, tell the day, and say how it ended.
 * @param {(town: any, browser: any) => Promise<void>} day
 */
export async function tell(day, prepare) {
  const town = await openTown(prepare);
  let browser = null;
  let failed = false;
  try {
    browser = await openBrowser();
    await day(town, browser);
    await step('the pages complained of nothing', async () => {
      assert.deepEqual(complaints, []);
    });
  } catch (fault) {
    failed = true;
    console.log(`not ok ${steps + 1} - ${fault.stack ?? fault}`);
    for (const context of browser?.contexts() ?? []) {
      for (const page of context.pages()) {
        console.log(`# ${page.url()}: ${(await page.locator('body').innerText().catch(() => '')).replace(/\s+/g, ' ').slice(0, 600)}`);
      }
    }
    console.log(`# server: ${town.told().slice(-1500)}`);
    for (const complaint of complaints) console.log(`# ${complaint}`);
  } finally {
    await browser?.close();
    await town.close();
  }
  console.log(`1..${steps + Number(failed)}`);
  process.exitCode = failed ? 1 : 0;
}
