// SPDX-License-Identifier: Apache-2.0
// wall.mjs - the page of the wall, over what `sekisho wall` itself says of the sample policy and of a ruleset with a hole.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAccess, noSideways, signIn, step, tell } from './story.mjs';
import { cast, openWindow, root, shot } from './town.mjs';

const POLICY = join(root, 'data/policy/sample-town.conf');
const wall = (...words) => spawnSync(join(root, 'build/sekisho-wall'), words, { encoding: 'utf8', maxBuffer: 1 << 26 });

/** What the watcher would have written, the proof being a real one. */
function watch(folder, ruleset, more = {}) {
  writeFileSync(join(folder, 'snapshot'), ruleset);
  const proof = JSON.parse(wall('prove', POLICY, '--ruleset', join(folder, 'snapshot'), '--json').stdout);
  const now = Date.now() * 1000;
  writeFileSync(join(folder, 'status.json'), JSON.stringify({
    version: 1, at: now, checkedAt: now - 4e6, provedAt: now - 4e6, verdict: proof.verdict, cause: 'ruleset', policy: 'a'.repeat(64), snapshot: proof.snapshot,
    generation: 7, rules: proof.rules, milliseconds: proof.milliseconds, counterexamplesCount: proof.counterexamples.length, blockedCount: proof.blocked.length,
    counterexamples: proof.counterexamples.slice(0, 20), blocked: proof.blocked.slice(0, 20), unmodelled: proof.unmodelled, leaves: 12,
    pairs: [
      { from: 'internet', to: 'cloud', allowed: 18234, refused: 3, impossible: 0 },
      { from: 'internet', to: 'lgwan', allowed: 0, refused: 41, impossible: 0 },
      { from: 'internet', to: 'mynumber', allowed: 0, refused: 2, impossible: more.impossible ?? 0 },
    ],
    sources: [{ address: '10.30.1.5', zone: 'internet', drops: 43 }, { address: 'fd00:20::5', zone: 'lgwan', drops: 1 }],
    counters: [{ name: 'drop_internet_to_mynumber', packets: 51234, bytes: 3074040 }, { name: 'spoof_lgwan', packets: 7, bytes: 420 }, { name: 'drop_input', packets: 0, bytes: 0 }],
    unreadable: 0, spoofed: 3, lost: 0, lostUnknown: 0, ...more.status,
  }));
  return proof;
}

async function day(town, browser) {
  const { administrator, clerk, door } = cast(town.accounts);
  const address = town.zones[administrator.zone];
  const folder = join(town.files, '../state/wall');
  const page = await openWindow(browser);
  const good = wall('compile', POLICY).stdout;
  mkdirSync(folder, { recursive: true });

  await step('where nobody watches, the page says so', async () => {
    await signIn(page, address, administrator);
    await page.click('nav.menu a[href="/wall"]');
    await page.locator('.note.wait', { hasText: '防壁は見張られていません' }).waitFor();
    await page.locator('.wall-map').waitFor();
    await checkAccess(page, 'an unwatched wall');
  });

  await step('proved: one line, the zones, what passed and what was refused', async () => {
    copyFileSync(POLICY, join(folder, 'policy.conf'));
    assert.equal(watch(folder, good).verdict, 'proved');
    await page.locator('.note.good', { hasText: '証明済み' }).waitFor();
    await page.getByRole('cell', { name: '18,234' }).waitFor();
    await page.getByText('送り元を偽った通信が3通').waitFor();
    await page.getByRole('row', { name: /→.* 51,234/ }).waitFor();
    await page.getByRole('row', { name: /：送り元の偽り 7/ }).waitFor();
    assert.equal(await page.getByText('防壁そのものあて').count(), 0);
    await shot(page, '60-wall');
    await checkAccess(page, 'a proved wall');
  });

  await step('could this packet pass? The policy says yes, and by which rules', async () => {
    await page.fill('#wall-ask-from', '10.20.1.5');
    await page.fill('#wall-ask-to', '203.0.113.9');
    await page.getByRole('button', { name: '調べる' }).click();
    await page.locator('.note.good', { hasText: '行の条が許しています' }).waitFor();
    await page.fill('#wall-ask-from', '10.30.1.5');
    await page.fill('#wall-ask-to', '10.10.1.5');
    await page.fill('#wall-ask-port', '22');
    await page.getByRole('button', { name: '調べる' }).click();
    await page.locator('.note.busy', { hasText: '通りません。' }).waitFor();
    await page.getByText('許している条はありません').waitFor();
    await shot(page, '61-wall-ask');
    await checkAccess(page, 'an answer about a packet');
    await page.fill('#wall-ask-to', 'fd00:10::5');
    await page.getByRole('button', { name: '調べる' }).click();
    await page.locator('.sheet .note.bad', { hasText: '同じ種類' }).waitFor();
  });

  await step('a hole is an alarm, with the packet, the rule and what closes it', async () => {
    const hole = good.replace(/(chain forward \{[^\n]*\n[^\n]*policy drop;[^\n]*\n)/, '$1\t\tiifname "in0" oifname "mn0" tcp dport 22 accept comment "hole"\n');
    assert.notEqual(hole, good);
    assert.equal(watch(folder, hole, { impossible: 1 }).verdict, 'not-allowed');
    await page.locator('.note.bad', { hasText: '通信方針にない通信が通ります' }).waitFor();
    await page.getByRole('heading', { name: '通ってしまう通信' }).waitFor();
    await page.locator('summary', { hasText: '通った規則' }).first().click();
    await page.locator('code', { hasText: 'hole' }).first().waitFor();
    await shot(page, '62-wall-leak');
    await checkAccess(page, 'a wall with a hole');
  });

  await step('a watcher that has fallen silent is no good news', async () => {
    watch(folder, good, { status: { at: (Date.now() - 600000) * 1000 } });
    await page.locator('.note.bad', { hasText: '見張りからの知らせが途絶えています' }).waitFor();
    await shot(page, '63-wall-silent');
  });

  await step('in English, on a narrow screen', async () => {
    watch(folder, good);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Proved: nothing passes').waitFor();
    await page.setViewportSize({ width: 320, height: 780 });
    await noSideways(page, '/wall');
    await shot(page, '64-wall-narrow');
  });

  await step('a clerk has no such page', async () => {
    const desk = await openWindow(browser);
    const account = door(administrator.zone, clerk);
    await signIn(desk, address, account);
    assert.equal(await desk.locator('nav.menu a[href="/wall"]').count(), 0);
    const answer = await desk.evaluate(() => fetch('/api/v1/wall').then((given) => given.status));
    assert.equal(answer, 403);
    await desk.context().close();
  });
}

await tell(day);
