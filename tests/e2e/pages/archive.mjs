// SPDX-License-Identifier: Apache-2.0
// archive.mjs - an archive crosses: what was found stands with the file it was in, what could not come through is told in
// its place, and one that is locked asks for its password.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAccess, noSideways, signIn, step, tell } from './story.mjs';
import { cast, openWindow, shot } from './town.mjs';

// Names in CP932, as Windows has written them for decades: Python would write UTF-8, so stand-ins of the same length are put over.
const BUILD = `
import io, sys, zipfile
out, docm, picture = sys.argv[1:4]
inner = io.BytesIO()
with zipfile.ZipFile(inner, 'w') as z:
    z.writestr('naka.txt', 'nested\\n')
names = {b'AAAAAA.docm': '見積書.docm', b'BBBBBBBB.png': '現場写真.png', b'CCCC.exe': '道具.exe', b'DDDD.csv': '集計.csv', b'EEEE.zip': '束ね.zip', b'FFFF.html': '案内.html'}
whole = io.BytesIO()
with zipfile.ZipFile(whole, 'w', zipfile.ZIP_STORED) as z:
    z.write(docm, 'AAAAAA.docm')
    z.write(picture, 'BBBBBBBB.png')
    z.writestr('CCCC.exe', b'MZ' + bytes(200))
    z.writestr('DDDD.csv', '氏名,数\\n=cmd|calc,1\\n')
    z.writestr('EEEE.zip', inner.getvalue())
    z.writestr('FFFF.html', '<!doctype html><title>a</title><p>案内<script>alert(1)</script></p>')
data = whole.getvalue()
for stand_in, name in names.items():
    assert len(stand_in) == len(name.encode('cp932')), name
    data = data.replace(stand_in, name.encode('cp932'))
open(out, 'wb').write(data)
`;

const row = (page, name) => page.locator('li.crossing', { hasText: name });

async function day(town, browser) {
  const { internet, lgwan } = town.zones;
  const { clerk, door, administrator } = cast(town.accounts);
  const outside = await openWindow(browser);
  const inside = await openWindow(browser);
  const bundle = join(town.files, '資料一式.zip');
  const locked = join(town.files, '秘密の束.zip');
  execFileSync('python3', ['-c', BUILD, bundle, join(town.files, '御見積書.docm'), join(town.files, '現場写真.png')]);
  execFileSync('zip', ['-q', '-j', '-P', 'himitsu-77', locked, join(town.files, 'お知らせ.txt')]);

  await step('an archive and a locked one are handed in', async () => {
    await signIn(outside, internet, door('internet', clerk));
    await outside.click('nav.menu a[href="/send"]');
    await outside.setInputFiles('#send-files', [bundle, locked]);
    await outside.click('button[type=submit]');
    await outside.locator('.files li', { hasText: '資料一式' }).getByText('渡しました').waitFor({ timeout: 60000 });
    const item = outside.locator('.files li', { hasText: '秘密の束' });
    const password = item.getByLabel('ファイルを開くパスワード');
    const retry = item.getByRole('button', { name: /もう一度渡す/ });
    await item.getByText('通せませんでした').waitFor({ timeout: 40000 });
    await shot(outside, '90-archives-sent');
    await password.fill('chigau');
    await retry.click();
    await item.getByText('通せませんでした').waitFor({ timeout: 40000 });
    await password.fill('himitsu-77');
    await retry.click();
    await item.getByText('渡しました').waitFor({ timeout: 40000 });
  });

  await step('what a scanner finds in an archive is refused, and an incident', async () => {
    const bad = join(town.files, '添付一式.zip');
    execFileSync('python3', ['-c', 'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z: z.writestr("memo.txt", "SEKISHO-MADE-UP-SIGN")', bad]);
    await outside.setInputFiles('#send-files', [bad]);
    await outside.click('button[type=submit]');
    const item = outside.locator('.files li', { hasText: '添付一式' });
    await item.getByText('通せませんでした').waitFor({ timeout: 40000 });
    const office = await openWindow(browser);
    await signIn(office, internet, administrator);
    await office.goto(`${internet}/incidents`);
    await office.getByText('不正プログラムの検出', { exact: true }).waitFor();
    await shot(office, '93-incident');
    await checkAccess(office, 'an incident');
    await office.locator('dd a[href^="/crossings/"]').click();
    await office.getByText('made_up_sign').waitFor();
    await shot(office, '94-incident-crossing');
  });

  await step('what was found stands with the file it was in', async () => {
    await signIn(inside, lgwan, door('lgwan', clerk));
    await row(inside, '資料一式.zip').filter({ hasText: '受け取れます' }).first().waitFor({ timeout: 40000 });
    await row(inside, '資料一式.zip').getByRole('link', { name: '資料一式.zip', exact: true }).click();
    const member = (name) => inside.locator('.member', { hasText: name }).first();
    await member('道具.exe').getByText('まだ対応していません').waitFor();
    assert.equal(await member('道具.exe').getAttribute('open') !== null, true);
    await member('見積書.docm').locator('summary').first().click();
    await member('見積書.docm').getByText(/マクロを\d+個取り除きました/).waitFor();
    await member('案内.html').waitFor();
    await shot(inside, '91-archive-findings');
    await checkAccess(inside, 'the findings of an archive');
  });

  await step('one click collects a ZIP of what is safe, with a note in the place of the rest', async () => {
    const [arriving] = await Promise.all([inside.waitForEvent('download'), inside.locator('.crossing-head').getByRole('link', { name: /受け取る/ }).click()]);
    const said = execFileSync('python3', ['-c', 'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint("\\n".join(z.namelist()))\nprint(sum(b"alert" in z.read(n) or b"vbaProject" in z.read(n) for n in z.namelist()))',
      await arriving.path()], { encoding: 'utf8' }).trim().split('\n');
    const hostile = said.pop();
    assert.equal(hostile, '0');
    assert.deepEqual(said.filter((name) => /見積書\.docx|現場写真\.png|集計\.csv|束ね\.zip|案内\.html/.test(name)).length, 5, said.join(' '));
    assert.ok(said.some((name) => /道具.*\.txt$/.test(name)), said.join(' '));
    assert.equal(said.some((name) => name.endsWith('.exe')), false);
  });

  await step('in English, on a narrow screen', async () => {
    await inside.getByRole('button', { name: 'English' }).click();
    await inside.getByText('Files inside').waitFor();
    await inside.setViewportSize({ width: 320, height: 780 });
    await noSideways(inside, '/crossings');
    await shot(inside, '92-archive-narrow');
  });
}

/** A scanner with a rule of our own. @param {string} state */
function prepare(state) {
  mkdirSync(join(state, 'scan'));
  writeFileSync(join(state, 'scan/rules.yar'), 'rule made_up_sign { strings: $a = "SEKISHO-MADE-UP-SIGN" condition: $a }\n');
  writeFileSync(join(state, 'internet.extra'), `    scan yara "${join(state, 'scan/rules.yar')}"\n`);
}

await tell(day, prepare);
