// SPDX-License-Identifier: Apache-2.0
// pages.mjs - one day in a town: what crosses, as the people who hand in, approve and collect see it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAccess, giveCode, noSideways, signIn, step, tabTo, tell } from './story.mjs';
import { cast, codeOf, openWindow, root, shot } from './town.mjs';

const row = (page, name) => page.locator('li.crossing', { hasText: name });

/** Wait until a list shows a crossing in a state, without touching the page: it keeps itself fresh. */
async function awaitState(page, name, words) {
  await row(page, name).filter({ hasText: words }).first().waitFor({ timeout: 40000 });
}

async function download(page, act) {
  const [arriving] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: arriving.suggestedFilename(), bytes: readFileSync(await arriving.path()), path: await arriving.path() };
}

async function day(town, browser) {
  const { internet, lgwan } = town.zones;
  const { clerk, colleague, head, administrator, door } = cast(town.accounts);
  const file = (name) => join(town.files, name);
  const outside = await openWindow(browser);
  const inside = await openWindow(browser);

  await step('each door says which zone it is', async () => {
    await outside.goto(internet);
    await outside.waitForSelector('form');
    assert.equal(await outside.locator('.mark').textContent(), '外');
    assert.equal(await outside.getAttribute('html', 'lang'), 'ja');
    assert.match(await outside.title(), /【外】/);
    await shot(outside, '01-door-internet');
    await checkAccess(outside, 'the door');
    await inside.goto(lgwan);
    await inside.waitForSelector('form');
    assert.equal(await inside.locator('.mark').textContent(), '内');
    assert.match(await inside.title(), /【内】/);
    await shot(inside, '02-door-lgwan');
  });

  await step('a wrong password is said plainly, and the zone next door has another', async () => {
    await inside.fill('[name=name]', clerk);
    await inside.fill('[name=password]', door('internet', clerk).password);
    await inside.click('button[type=submit]');
    await inside.locator('.note.bad', { hasText: '利用者名かパスワードが違います' }).waitFor();
    await checkAccess(inside, 'the door after a wrong password');
  });

  await step('the clerk signs in outside; an empty list teaches', async () => {
    await signIn(outside, internet, door('internet', clerk));
    await outside.getByText('まだ何も渡していません').waitFor();
    await shot(outside, '03-empty');
    await checkAccess(outside, 'the empty list');
  });

  await step('text, table, picture and a document with a macro go in, dropped and chosen', async () => {
    await outside.click('nav.menu a[href="/send"]');
    await outside.waitForSelector('.drop');
    await shot(outside, '04-hand-in');
    const [name, text] = ['落とした.txt', '置いて渡した文書です。\n'];
    const carried = await outside.evaluateHandle(([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: 'text/plain' }));
      return transfer;
    }, [name, text]);
    await outside.dispatchEvent('.drop', 'drop', { dataTransfer: carried });
    await outside.setInputFiles('#send-files', ['お知らせ.txt', '集計.csv', '現場写真.png', '御見積書.docm', '図面.dwg', '報告\u202etxt.exe.txt'].map(file));
    await outside.locator('.files li', { hasText: '⟨U+202E⟩' }).getByText('並び順を偽る文字').waitFor();
    await checkAccess(outside, 'hand in, files chosen');
    await outside.click('button[type=submit]');
    await outside.waitForFunction(() => document.querySelectorAll('.files li.done').length === 7, null, { timeout: 30000 });
    await outside.locator('.files li', { hasText: '御見積書' }).getByText('渡しました').waitFor({ timeout: 40000 });
    await shot(outside, '05-handed-in');
    await checkAccess(outside, 'handed in');
  });

  await step('one goes to a colleague', async () => {
    await outside.goto(`${internet}/send`);
    await outside.setInputFiles('#send-files', file('持ち出し.txt'));
    await outside.check('input[name=whom][value=other]');
    await outside.click('button[type=submit]');
    await outside.getByText('受け取る人の利用者名を入れてください').waitFor();
    await outside.fill('#send-other', colleague);
    await outside.click('button[type=submit]');
    await outside.waitForSelector('.files li.done');
  });

  await step('the list outside shows what passed and what could not', async () => {
    await outside.click('nav.menu a[href="/"]');
    await awaitState(outside, '御見積書', '渡しました');
    await awaitState(outside, '図面.dwg', '通せませんでした');
    await shot(outside, '06-sent');
    await checkAccess(outside, 'the sent list');
    await row(outside, '図面.dwg').getByRole('link', { name: '図面.dwg' }).click();
    const why = outside.locator('.note.bad');
    await why.waitFor();
    assert.match(await why.innerText(), /対応していません[\s\S]*次にできること/);
    await shot(outside, '07-refused');
    await checkAccess(outside, 'a refused crossing');
  });

  await step('the clerk signs in inside and finds everything ready', async () => {
    await signIn(inside, lgwan, door('lgwan', clerk));
    for (const name of ['落とした.txt', 'お知らせ.txt', '集計.csv', '現場写真.png', '御見積書.docx']) await awaitState(inside, name, '受け取れます');
    await shot(inside, '08-arrived');
    await checkAccess(inside, 'the arrived list');
  });

  await step('no name arrives that deceives', async () => {
    const names = await inside.locator('li.crossing h3').allInnerTexts();
    assert.equal(names.some((name) => /[\u202a-\u202e]|U\+202E/.test(name)), false, names.join(' '));
    assert.ok(names.some((name) => name.startsWith('報告')), names.join(' '));
  });

  await step('one click collects: text in one encoding', async () => {
    const got = await download(inside, () => row(inside, 'お知らせ.txt').getByRole('link', { name: /受け取る/ }).click());
    assert.equal(got.name, 'お知らせ.txt');
    assert.equal(got.bytes.toString('utf8'), '見本町からのお知らせ\n①髙橋様分の書類を受け付けました。\n');
    await awaitState(inside, 'お知らせ.txt', '受け取りました');
  });

  await step('the table runs nothing, the picture tells nothing', async () => {
    const table = (await download(inside, () => row(inside, '集計.csv').getByRole('link', { name: /受け取る/ }).click())).bytes.toString('utf8');
    assert.match(table, /住民課,12/);
    assert.doesNotMatch(table, /(^|[,"])[=+]/m);
    const picture = (await download(inside, () => row(inside, '現場写真.png').getByRole('link', { name: /受け取る/ }).click())).bytes;
    assert.equal(picture.subarray(1, 4).toString('latin1'), 'PNG');
    assert.equal(picture.includes('secret note'), false);
    assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [64, 48]);
  });

  await step('the document says what was taken out, and comes clean', async () => {
    await row(inside, '御見積書.docx').getByRole('link', { name: '御見積書.docx', exact: true }).click();
    await inside.locator('.part.removed', { hasText: /マクロを\d+個取り除きました/ }).waitFor();
    assert.match(await inside.locator('.part.removed').innerText(), /vbaProject\.bin/);
    await shot(inside, '09-crossing');
    await checkAccess(inside, 'a crossing');
    const got = await download(inside, () => inside.locator('.crossing-head').getByRole('link', { name: /受け取る/ }).click());
    assert.equal(got.name, '御見積書.docx');
    const parts = execFileSync('unzip', ['-Z1', got.path], { encoding: 'utf8' });
    assert.doesNotMatch(parts, /vba|\.bin/i);
    assert.match(execFileSync('unzip', ['-p', got.path, 'word/document.xml'], { encoding: 'utf8' }), /金 123,456 円也（税込）/);
    assert.equal(got.bytes.includes('AutoOpen'), false);
    await inside.locator('.timeline .done', { hasText: '受け取りました' }).waitFor();
  });

  await step('the colleague, and nobody else, has the other file', async () => {
    const theirs = await openWindow(browser);
    await signIn(theirs, lgwan, door('lgwan', colleague));
    await theirs.goto(`${lgwan}/?box=arrived`);
    await awaitState(theirs, '持ち出し.txt', '受け取れます');
    assert.equal(await row(theirs, 'お知らせ.txt').count(), 0);
    const mine = await row(inside, '持ち出し.txt').count();
    assert.equal(mine, 0);
    await theirs.context().close();
  });

  await step('a take-out asks for class and reason, then waits for approval', async () => {
    await inside.click('nav.menu a[href="/send"]');
    await inside.setInputFiles('#send-files', ['持ち出し.txt', '差し戻し.txt'].map(file));
    await inside.click('button[type=submit]');
    await inside.getByText('情報の機密性を選んでください').waitFor();
    await checkAccess(inside, 'a take-out with something missing');
    await inside.selectOption('#send-class', '1');
    await inside.fill('#send-reason', '県の調査に答えるため、県の担当課へ送ります。');
    await shot(inside, '10-take-out');
    await inside.click('button[type=submit]');
    await inside.waitForFunction(() => document.querySelectorAll('.files li.done').length === 2);
    await inside.goto(`${lgwan}/?box=sent`);
    await awaitState(inside, '持ち出し.txt', '承認を待っています');
    await awaitState(inside, '差し戻し.txt', '承認を待っています');
    await shot(inside, '11-waiting');
  });

  const boss = await openWindow(browser);
  await step('the section head sees exactly what is approved, and approves', async () => {
    await signIn(boss, lgwan, door('lgwan', head));
    await boss.click('nav.menu a[href="/approvals"]');
    await row(boss, '持ち出し.txt').waitFor();
    await shot(boss, '12-approvals');
    await checkAccess(boss, 'approvals');
    await row(boss, '持ち出し.txt').getByRole('link', { name: '内容を確かめる' }).click();
    const box = boss.locator('.decide');
    await box.waitFor();
    const told = await box.innerText();
    for (const words of ['持ち出し.txt', clerk, '県の調査に答えるため', '機密性1', '照合番号']) assert.ok(told.includes(words), words);
    await shot(boss, '13-approve');
    await checkAccess(boss, 'a crossing to approve');
    assert.ok(told.includes('記録に残ります'), 'whoever looks is told that it is recorded');
    const seen = await download(boss, () => box.getByRole('link', { name: /内容を見る/ }).click());
    assert.equal(seen.name, '持ち出し.txt');
    assert.equal(seen.bytes.toString('utf8'), '県へ送る集計の写しです。\n');
    const shown = await boss.evaluate(async () => (await (await fetch(`/api/v1${location.pathname}`)).json()).sha256Out);
    assert.equal(createHash('sha256').update(seen.bytes).digest('hex'), shown, 'what was seen is what is approved');
    await boss.locator('td', { hasText: '内容を確かめました' }).waitFor({ state: 'attached' });
    assert.ok(await box.isVisible(), 'looking decides nothing');
    await box.getByRole('button', { name: '承認する' }).click();
    await boss.locator('dialog[open]').waitFor();
    await checkAccess(boss, 'the approval dialog');
    await boss.screenshot({ path: new URL('../../../build/screenshots/14-approve-dialog.png', import.meta.url).pathname });
    await boss.locator('dialog[open]').getByRole('button', { name: '承認する' }).click();
    await box.waitFor({ state: 'detached' });
    await boss.locator('.timeline .done', { hasText: '渡しました' }).waitFor({ timeout: 30000 });
  });

  await step('another is sent back, with a reason', async () => {
    await boss.click('nav.menu a[href="/approvals"]');
    await row(boss, '差し戻し.txt').getByRole('link', { name: '内容を確かめる' }).click();
    await boss.locator('.decide').getByRole('button', { name: '差し戻す' }).click();
    await boss.locator('dialog[open]').getByRole('button', { name: '差し戻す' }).click();
    await boss.getByText('理由を書いてください。').waitFor();
    await boss.fill('#deny-reason', '宛先の課の名前を書いてください。');
    await boss.locator('dialog[open]').getByRole('button', { name: '差し戻す' }).click();
    await boss.locator('.state', { hasText: '差し戻されました' }).waitFor();
    await awaitState(inside, '差し戻し.txt', '差し戻されました');
    await row(inside, '差し戻し.txt').getByRole('link', { name: '差し戻し.txt' }).click();
    await inside.getByText('承認されなかったため、渡していません').first().waitFor();
    await inside.locator('q', { hasText: '宛先の課の名前を書いてください' }).waitFor();
    await shot(inside, '15-sent-back');
    await checkAccess(inside, 'a crossing sent back');
  });

  await step('nobody approves their own: no button, and the station refuses', async () => {
    await boss.click('nav.menu a[href="/send"]');
    await boss.setInputFiles('#send-files', file('持ち出し.txt'));
    await boss.selectOption('#send-class', '1');
    await boss.fill('#send-reason', '自分で承認できないことを確かめるため。');
    await boss.click('button[type=submit]');
    await boss.locator('.files li.done').getByRole('link').click();
    await boss.locator('.crossing-head .state', { hasText: '承認を待っています' }).waitFor({ timeout: 30000 });
    assert.equal(await boss.locator('.decide').count(), 0);
    const answer = await boss.evaluate(async () => {
      const id = location.pathname.split('/').pop();
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const { sha256Out } = await (await fetch(`/api/v1/crossings/${id}`)).json();
      const said = await fetch(`/api/v1/crossings/${id}/approve`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Sekisho-CSRF': csrf },
        body: JSON.stringify({ digest: sha256Out }),
      });
      return { status: said.status, code: (await said.json()).code };
    });
    assert.deepEqual(answer, { status: 403, code: 'own-crossing' });
  });

  await step('what was taken out is collected outside', async () => {
    await outside.goto(`${internet}/?box=arrived`);
    await awaitState(outside, '持ち出し.txt', '受け取れます');
    const got = await download(outside, () => row(outside, '持ち出し.txt').getByRole('link', { name: /受け取る/ }).click());
    assert.equal(got.bytes.toString('utf8'), '県へ送る集計の写しです。\n');
  });

  await step('a locked document asks for its password, and comes out without it', async () => {
    const secret = 'Sekisho-関所-7';
    const locked = (name) => join(root, 'tests/fixtures/locked', name);
    const item = (name) => outside.locator('.files li', { hasText: name });
    await outside.goto(`${internet}/send`);
    await outside.setInputFiles('#send-files', [locked('letter.docx'), locked('letter-standard.docx'), file('お知らせ.txt')]);
    const asked = item('letter-standard.docx').getByLabel('ファイルを開くパスワード');
    await asked.waitFor();
    assert.equal(await asked.getAttribute('type'), 'password');
    assert.equal(await item('お知らせ.txt').getByLabel('ファイルを開くパスワード').count(), 0);
    await asked.fill(secret);
    await shot(outside, '16a-locked');
    await checkAccess(outside, 'hand in, a locked file');
    await outside.click('button[type=submit]');
    await item('letter-standard.docx').getByText('渡しました').waitFor({ timeout: 40000 });

    // The other one went without: it comes back, and goes again with the password, right only at the second try.
    await item('letter.docx').getByText('通せませんでした').waitFor({ timeout: 40000 });
    const again = item('letter.docx').getByLabel('ファイルを開くパスワード');
    const retry = item('letter.docx').getByRole('button', { name: /もう一度渡す/ });
    assert.equal(await retry.isDisabled(), true, 'nothing to try without a password');
    await shot(outside, '16b-locked-back');
    await checkAccess(outside, 'a locked file that came back');
    await again.fill('まちがい');
    await retry.click();
    await item('letter.docx').getByText('通せませんでした').waitFor({ timeout: 40000 });
    assert.equal(await again.inputValue(), '', 'a password that has gone out is not kept');
    await again.fill(secret);
    await retry.click();
    await item('letter.docx').getByText('渡しました').waitFor({ timeout: 40000 });
    assert.equal(await item('letter.docx').getByLabel('ファイルを開くパスワード').count(), 0);
    const kept = await outside.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
    assert.equal(kept.includes('Sekisho-'), false, kept);

    await item('letter.docx').getByRole('link', { name: /様子を見る/ }).click();
    await outside.getByText('パスワードによる保護（解除済み）').first().waitFor();
    await shot(outside, '16c-unlocked');
    await outside.goto(internet);
    await row(outside, 'letter.docx').filter({ hasText: '通せませんでした' }).first().getByRole('link', { name: 'letter.docx' }).click();
    const why = outside.locator('.note.bad');
    await why.getByRole('link', { name: 'ファイルを選び、パスワードを入れて渡す' }).waitFor();
    await shot(outside, '16d-locked-why');
    await checkAccess(outside, 'a crossing refused for its lock');
    const names = await inside.evaluate(async () => {
      const answer = await fetch('/api/v1/crossings?box=arrived&limit=50');
      return (await answer.json()).items.map(({ nameOut }) => nameOut);
    });
    assert.deepEqual(names.filter((name) => name.startsWith('letter')).sort(), ['letter-standard.docx', 'letter.docx']);
  });

  await step('a session that ends loses nothing that was typed', async () => {
    await inside.click('nav.menu a[href="/send"]');
    await inside.setInputFiles('#send-files', file('起案書.docx'));
    await inside.selectOption('#send-class', '1');
    await inside.fill('#send-reason', '途中で退出しても残る文章');
    await inside.context().clearCookies();
    await inside.click('button[type=submit]');
    const dialog = inside.locator('dialog[open]', { hasText: 'もう一度、入ってください' });
    await dialog.waitFor();
    await shot(inside, '16-again');
    await checkAccess(inside, 'signing in again');
    await dialog.locator('[name=password]').fill(door('lgwan', clerk).password);
    await dialog.getByRole('button', { name: '入る', exact: true }).click();
    await giveCode(dialog, door('lgwan', clerk));
    await inside.locator('.files li.done', { hasText: '起案書' }).waitFor();
    assert.equal(await inside.inputValue('#send-reason'), '途中で退出しても残る文章');
  });

  await step('a station out of reach is said, and the page carries on by itself', async () => {
    await outside.goto(internet);
    await outside.waitForSelector('li.crossing');
    await outside.context().setOffline(true);
    await outside.locator('.note.bad', { hasText: '番所につながりません' }).waitFor();
    await outside.context().setOffline(false);
    await outside.locator('.note.bad').waitFor({ state: 'detached', timeout: 20000 });
    await outside.waitForSelector('li.crossing');
  });

  await step('what is closed or missing is said plainly', async () => {
    await outside.goto(`${internet}/overview`);
    await outside.getByText('この画面は開けません').first().waitFor();
    await checkAccess(outside, 'a closed page');
    await outside.goto(`${internet}/nowhere`);
    await outside.getByText('ページが見つかりません').first().waitFor();
    await outside.goto(`${internet}/crossings/019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4`);
    await outside.locator('.note.bad', { hasText: '見つかりません' }).waitFor();
    await outside.goto(`${internet}/policy`);
    await outside.waitForSelector('.sentences li');
    await shot(outside, '17-policy');
    await checkAccess(outside, 'the policy');
  });

  const keeper = await openWindow(browser);
  await step('the administrator sees the station on one page', async () => {
    await signIn(keeper, internet, administrator);
    await keeper.click('nav.menu a[href="/overview"]');
    await keeper.waitForSelector('.tiles');
    await keeper.waitForSelector('#tile-events ~ .scroll tbody tr');
    const told = await keeper.locator('main').innerText();
    for (const words of ['すべて動いています', '対応していません', '封をした記録', '通信方針']) assert.ok(told.includes(words), words);
    await shot(keeper, '18-overview');
    await checkAccess(keeper, 'the overview');
    await keeper.goto(`${internet}/?box=all`);
    await row(keeper, '図面.dwg').waitFor();
    await row(keeper, '御見積書').first().waitFor();
    await checkAccess(keeper, 'the list of all');
  });

  await step('an account is added, locked and unlocked', async () => {
    await keeper.click('nav.menu a[href="/accounts"]');
    await keeper.fill('#account-label', '試験 用子');
    await keeper.fill('#account-section', '総務課');
    await keeper.fill('#account-name', 'shiken');
    await keeper.fill('#account-password', 'hajimete-no-aikotoba');
    await keeper.getByRole('button', { name: '加える' }).click();
    const line = keeper.locator('tr', { hasText: 'shiken' });
    await line.waitFor();
    await shot(keeper, '19-accounts');
    await checkAccess(keeper, 'the accounts');
    await line.getByRole('button', { name: /止める/ }).click();
    await keeper.locator('dialog[open]').getByRole('button', { name: '止める', exact: true }).click();
    await line.getByText('止めています').waitFor();
    await line.getByRole('button', { name: /再び使える/ }).click();
    await line.getByText('使えます').waitFor();
  });

  await step('too many wrong tries must wait', async () => {
    const stranger = await openWindow(browser);
    await stranger.goto(internet);
    await stranger.fill('[name=name]', 'shiken');
    let told = false;
    const wait = stranger.getByText(/あと.+待ってから、もう一度試してください/).waitFor({ timeout: 30000 }).then(() => {
      told = true;
    });
    for (let tries = 0; tries < 40 && !told; tries += 1) {
      await stranger.fill('[name=password]', `wrong-${tries}`);
      await stranger.press('[name=password]', 'Enter');
      await Promise.race([wait, stranger.waitForTimeout(400)]);
    }
    await wait;
    await shot(stranger, '20-wait');
    await stranger.context().close();
  });

  await step('English at one press, and remembered', async () => {
    await keeper.click('.lang-switch');
    await keeper.getByRole('heading', { name: 'Accounts', exact: true }).waitFor();
    assert.equal(await keeper.getAttribute('html', 'lang'), 'en');
    await keeper.goto(`${internet}/overview`);
    await keeper.getByText('All are running').waitFor();
    assert.doesNotMatch(await keeper.locator('nav.menu').innerText(), /[ぁ-んァ-ン]/);
    await shot(keeper, '21-english');
    await checkAccess(keeper, 'the overview in English');
    await keeper.click('.lang-switch');
    await keeper.getByText('すべて動いています').waitFor();
  });

  await step('in the dark it can be read as well', async () => {
    const night = await openWindow(browser, { colorScheme: 'dark' });
    await signIn(night, lgwan, door('lgwan', clerk));
    await awaitState(night, '御見積書.docx', '受け取りました');
    await checkAccess(night, 'the arrived list in the dark');
    await row(night, '御見積書.docx').getByRole('link', { name: '御見積書.docx', exact: true }).click();
    await night.waitForSelector('.findings');
    await shot(night, '22-dark');
    await checkAccess(night, 'a crossing in the dark');
    await night.goto(`${lgwan}/send`);
    await night.waitForSelector('.drop');
    await checkAccess(night, 'hand in, in the dark');
    await night.context().close();
  });

  await step('320 px wide, nothing runs off to the side', async () => {
    const small = await openWindow(browser, { viewport: { width: 320, height: 640 } });
    await small.goto(lgwan);
    await small.waitForSelector('form');
    await noSideways(small, 'the door');
    await signIn(small, lgwan, door('lgwan', clerk));
    await small.waitForSelector('li.crossing');
    await noSideways(small, 'the list');
    await shot(small, '23-narrow-list');
    await row(small, '御見積書.docx').getByRole('link', { name: '御見積書.docx', exact: true }).click();
    await small.waitForSelector('.findings');
    await noSideways(small, 'a crossing');
    await shot(small, '24-narrow-crossing');
    await small.goto(`${lgwan}/send`);
    await small.setInputFiles('#send-files', file('御見積書.docm'));
    await noSideways(small, 'hand in');
    await small.goto(`${lgwan}/policy`);
    await small.waitForSelector('.sentences');
    await noSideways(small, 'the policy');
    await small.context().close();
    await keeper.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/overview', '/accounts']) {
      await keeper.goto(internet + path);
      await keeper.waitForSelector('table');
      await noSideways(keeper, path);
    }
  });

  await step('keyboard alone: sign in, hand in, collect', async () => {
    const keys = await openWindow(browser);
    keys.on('filechooser', () => {}); // from now on the browser hands choosers over instead of opening them
    const enter = async (address, account) => {
      const { name, password } = account;
      await keys.goto(address);
      await keys.waitForSelector('form');
      await tabTo(keys, '[name=name]');
      await keys.keyboard.type(name);
      await tabTo(keys, '[name=password]');
      await keys.keyboard.type(password);
      await keys.keyboard.press('Enter');
      if (account.totp) {
        await keys.waitForSelector('#second-code');
        await tabTo(keys, '#second-code');
        await keys.keyboard.type(await codeOf(account));
        await keys.keyboard.press('Enter');
      }
      await keys.waitForSelector('nav.menu');
    };
    await enter(internet, door('internet', clerk));
    await tabTo(keys, 'nav.menu a[href="/send"]');
    await keys.keyboard.press('Enter');
    await keys.waitForSelector('.drop');
    assert.equal(await keys.evaluate(() => document.activeElement.tagName), 'H1');
    await tabTo(keys, '.drop button');
    const [chooser] = await Promise.all([keys.waitForEvent('filechooser'), keys.keyboard.press('Enter')]);
    await chooser.setFiles({ name: '鍵盤.txt', mimeType: 'text/plain', buffer: Buffer.from('手だけで渡しました。\n') });
    await tabTo(keys, '.send-foot button[type=submit]');
    await keys.keyboard.press('Enter');
    await keys.locator('.files li.done').waitFor();
    await enter(lgwan, door('lgwan', clerk));
    await awaitState(keys, '鍵盤.txt', '受け取れます');
    await tabTo(keys, 'li.crossing a.button[aria-label*="鍵盤"]');
    const got = await download(keys, () => keys.keyboard.press('Enter'));
    assert.equal(got.bytes.toString('utf8'), '手だけで渡しました。\n');
    await keys.context().close();
  });

  await step('leaving closes the door', async () => {
    const kept = await inside.context().cookies();
    assert.notDeepEqual(kept, []);
    await inside.getByRole('button', { name: '退出する' }).click();
    await inside.waitForSelector('form [name=password]');
    // A copy of the cookie that somebody kept opens nothing any more.
    await inside.context().addCookies(kept);
    assert.equal(await inside.evaluate(async () => (await fetch('/api/v1/session')).status), 401);
  });
}

await tell(day);
