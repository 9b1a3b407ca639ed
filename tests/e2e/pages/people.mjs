// SPDX-License-Identifier: Apache-2.0
// people.mjs - one day in a town: how people come to have two factors, how they use and lose them, and what takes two.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAccess, noSideways, signIn, step, tabTo, tell } from './story.mjs';
import { cast, codeOf, openWindow, shot } from './town.mjs';

const NEWCOMER = { name: 'shinjin', label: '𠮷野 葛󠄀子', first: 'はじめの合言葉 2026', password: '川霧とやまびこの朝ごはん' };

/** A key that Chromium pretends to have plugged in: it sees its owner. */
async function plugKey(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

/** Sessions stay risen for ten minutes: here the station's first answer is made to be the one after those. */
async function asIfLater(page, address) {
  await page.route(address, (route) => route.fulfill({ status: 403, contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, code: 'rise-needed' }) }), { times: 1 });
}

/** Whenever the station asks who is there, once more. */
async function rise(page, account) {
  const field = page.locator('#rise-password, #rise-totp');
  await field.waitFor();
  await field.fill(account.totp ? await codeOf(account) : account.password);
  await page.locator('dialog button[type=submit]').click();
  await field.waitFor({ state: 'detached' });
}

async function day(town, browser) {
  const { administrator } = cast(town.accounts);
  const zone = administrator.zone;
  const address = town.zones[zone];
  const office = await openWindow(browser);
  const desk = await openWindow(browser);
  let secret = '';
  const newcomer = () => ({ zone, name: NEWCOMER.name, password: NEWCOMER.password, totp: secret });
  let codes = [];

  await step('an administrator adds somebody, and has to prove who is there', async () => {
    await signIn(office, address, administrator);
    await office.click('nav.menu a[href="/accounts"]');
    await office.fill('#account-label', NEWCOMER.label);
    await office.fill('#account-section', '住民課');
    await office.fill('#account-name', NEWCOMER.name);
    await office.fill('#account-password', NEWCOMER.first);
    await asIfLater(office, '**/api/v1/accounts');
    await office.getByRole('button', { name: '加える' }).click();
    await office.locator('#rise-password, #rise-totp').waitFor();
    await shot(office, '29-rise');
    await checkAccess(office, 'the question who is there');
    await rise(office, administrator);
    await office.getByRole('cell', { name: NEWCOMER.label, exact: true }).waitFor();
  });

  await step('the person is found by two characters, and every letter of the name is kept', async () => {
    await office.click('nav.menu a[href="/people"]');
    await office.fill('#search-q', '葛󠄀');
    await office.getByRole('button', { name: '探す' }).click();
    const link = office.getByRole('link', { name: NEWCOMER.label });
    await link.waitFor();
    assert.equal((await link.textContent()).trim(), NEWCOMER.label);
    await shot(office, '30-people');
    await checkAccess(office, 'people');
    await link.click();
    await office.getByRole('heading', { name: NEWCOMER.label }).waitFor();
    await shot(office, '31-person');
    await checkAccess(office, 'a person');
  });

  let code = '';
  await step('an enrolment code is shown once, to be handed over', async () => {
    await office.getByRole('button', { name: '登録コードを作る' }).click();
    const shown = office.locator('dialog .secret');
    await shown.waitFor();
    code = (await shown.textContent()).trim();
    await shot(office, '32-enrolment-code');
    await checkAccess(office, 'the enrolment code');
    await office.getByRole('button', { name: '手渡しました' }).click();
    assert.equal(await office.getByText(code).count(), 0);
  });

  await step('a wrong code opens nothing, the right one a little', async () => {
    await desk.goto(address);
    await desk.getByRole('link', { name: /はじめて使う人/ }).click();
    await shot(desk, '33-enrol');
    await checkAccess(desk, 'enrolment');
    const fill = async (typed, password) => {
      await desk.fill('#enrol-name', NEWCOMER.name);
      await desk.fill('#enrol-code', typed);
      await desk.fill('#enrol-password', password);
      await desk.fill('#enrol-again', password);
      await desk.click('button[type=submit]');
    };
    await fill(code.replace(/[^-\s]/, (c) => (c === 'a' || c === 'A' ? 'b' : 'a')), NEWCOMER.first);
    await desk.locator('.note.bad').waitFor();
    await fill(code, NEWCOMER.first);
    await desk.getByRole('button', { name: '認証アプリを登録する' }).waitFor();
  });

  await step('where the zone asks for two factors, nothing else opens before the second stands', async () => {
    const { signIn: asks } = await desk.evaluate(async () => (await fetch('/api/v1/zone')).json());
    if (asks !== 'two-factors') return;
    await desk.locator('.note.wait', { hasText: 'あと一つで終わりです' }).waitFor();
    assert.equal(await desk.locator('nav.menu a').count(), 1);
    const status = await desk.evaluate(async () => (await fetch('/api/v1/crossings?box=sent')).status);
    assert.equal(status, 403);
    await shot(desk, '34-enrolling');
    await checkAccess(desk, 'an enrolling session');
  });

  await step('an authenticator app is added, and the door opens', async () => {
    await desk.getByRole('button', { name: '認証アプリを登録する' }).click();
    await desk.getByRole('button', { name: '次へ' }).click();
    await desk.locator('svg.qr').waitFor();
    await desk.locator('dialog summary').click();
    secret = (await desk.locator('dialog .secret').textContent()).replace(/\s/g, '');
    await shot(desk, '35-authenticator');
    await checkAccess(desk, 'adding an authenticator');
    await desk.fill('#totp-code', await codeOf(newcomer()));
    await desk.locator('dialog button[type=submit]').click();
    await desk.locator('nav.menu a[href="/send"]').waitFor();
  });

  await step('a password of one\u2019s own: not one that everybody guesses', async () => {
    await desk.getByRole('button', { name: 'パスワードを変える' }).click();
    const fill = async (typed) => {
      await desk.fill('#password-old', NEWCOMER.first);
      await desk.fill('#password-new', typed);
      await desk.fill('#password-again', typed);
      await desk.locator('dialog button[type=submit]').click();
    };
    await fill('password1234');
    await desk.locator('.note.bad', { hasText: '推測されやすい' }).waitFor();
    await checkAccess(desk, 'changing the password');
    await fill(NEWCOMER.password);
    await desk.locator('dialog').waitFor({ state: 'detached' });
  });

  await step('recovery codes are shown once', async () => {
    await desk.getByRole('button', { name: '新しく作る' }).first().click();
    await desk.locator('.codes li').first().waitFor();
    codes = await desk.locator('.codes li').allInnerTexts();
    assert.equal(codes.length, 10);
    assert.equal(new Set(codes).size, 10);
    await shot(desk, '36-recovery-codes');
    await checkAccess(desk, 'recovery codes');
    await desk.getByRole('button', { name: '控えました' }).click();
    await desk.getByText('残り10個').waitFor();
  });

  await step('a passkey is added', async () => {
    await plugKey(desk);
    await desk.getByRole('button', { name: /パスキー・セキュリティキーを登録/ }).click();
    await desk.fill('#key-label', '机の鍵');
    await desk.locator('dialog button[type=submit]').click();
    await desk.getByText('机の鍵').waitFor();
    await shot(desk, '37-me');
    await checkAccess(desk, 'my settings');
  });

  const leave = async () => {
    await desk.getByRole('button', { name: '退出する' }).click();
    await desk.waitForSelector('[name=password]');
  };
  const password = async () => {
    await desk.fill('[name=name]', NEWCOMER.name);
    await desk.fill('[name=password]', NEWCOMER.password);
    await desk.click('button[type=submit]');
    await desk.getByText('二つめの確認').waitFor();
  };

  await step('the passkey alone is two factors: no password is asked', async () => {
    await leave();
    await desk.getByRole('button', { name: 'パスキーで入る' }).click();
    await desk.waitForSelector('nav.menu');
    assert.match(await desk.locator('.band-person').textContent(), /葛󠄀/);
    await leave();
  });

  await step('password and digits; digits that were used do not work again', async () => {
    await password();
    await shot(desk, '38-second-step');
    await checkAccess(desk, 'the second step');
    // The first of the ways offered may be the key: the digits are one press away.
    const other = desk.getByRole('button', { name: /認証アプリの数字/ });
    if ((await other.count()) > 0) await other.click();
    const typed = await codeOf(newcomer());
    await desk.fill('#second-code', typed);
    await desk.click('button[type=submit]');
    await desk.waitForSelector('nav.menu');
    await leave();
    await password();
    if ((await other.count()) > 0) await other.click();
    await desk.fill('#second-code', typed);
    await desk.click('button[type=submit]');
    await desk.locator('.note.bad').waitFor();
  });

  await step('a recovery code works once', async () => {
    const byCode = async (typed) => {
      const other = desk.getByRole('button', { name: /予備のコードを使う/ });
      if ((await other.count()) > 0) await other.click();
      await desk.fill('#second-code', typed);
      await desk.click('button[type=submit]');
    };
    await byCode(codes[0]);
    await desk.waitForSelector('nav.menu');
    await leave();
    await password();
    await byCode(codes[0]);
    await desk.locator('.note.bad').waitFor();
    await byCode(codes[1]);
    await desk.waitForSelector('nav.menu');
  });

  await step('another terminal shows, and is ended from here', async () => {
    const elsewhere = await openWindow(browser);
    await signIn(elsewhere, address, newcomer());
    await desk.goto(`${address}/me`);
    await desk.locator('.banner', { hasText: '別の端末' }).waitFor();
    const list = desk.getByRole('region', { name: 'いま入っている端末' });
    await list.getByRole('button', { name: /終わらせる/ }).first().waitFor();
    await shot(desk, '39-sessions');
    await checkAccess(desk, 'two terminals');
    await list.getByRole('button', { name: /終わらせる/ }).first().click();
    await list.getByRole('button', { name: /終わらせる/ }).first().waitFor({ state: 'detached' });
    assert.equal(await elsewhere.evaluate(async () => (await fetch('/api/v1/session')).status), 401);
    await elsewhere.context().close();
  });

  await step('calendar and language follow the person', async () => {
    await desk.getByLabel('西暦（2026-11-23）').check();
    await desk.getByText('English', { exact: true }).last().click();
    await desk.getByRole('heading', { name: 'My settings' }).waitFor();
    await desk.reload();
    await desk.getByRole('heading', { name: 'My settings' }).waitFor();
    await shot(desk, '40-english');
    await checkAccess(desk, 'my settings in English');
    await desk.getByText('日本語', { exact: true }).last().click();
    await desk.getByRole('heading', { name: '自分の設定' }).waitFor();
  });

  await step('a list of an office is looked at before it is carried out', async () => {
    await office.goto(`${address}/people/import`);
    const list = join(town.files, '名簿.csv');
    writeFileSync(list, '利用者名,氏名,所属コード,所属,機関,職\r\nyamano,山野 一,fukushi,福祉課,町長部局,主事\r\n悪い名前,野山 二,fukushi,福祉課,町長部局,主事\r\n');
    await office.setInputFiles('#import-file', list);
    await office.getByRole('button', { name: 'まず調べる' }).click();
    await office.locator('.note.bad', { hasText: '直してください' }).waitFor();
    await shot(office, '41-import');
    await checkAccess(office, 'an import with mistakes');
  });

  await step('a list that makes an approver, and ends what another one decides, waits for a second administrator', async () => {
    const look = async (name, text) => {
      writeFileSync(join(town.files, name), text);
      await office.setInputFiles('#import-file', join(town.files, name));
      await office.locator('form button[type=submit]').click();
      await office.locator('.row button.big').waitFor();
    };
    await look('所属.csv', '所属コード,機関,所属名\r\nfukushi,町長部局,福祉課\r\n');
    await office.locator('.row button.big').click();
    await office.locator('.note.good').waitFor();
    await look('異動.csv', 'アカウント,氏名,所属コード,役職,区分\r\nkacho,,fukushi,主事,員\r\nyamano,山野 一,fukushi,課長,長\r\n');
    assert.equal(await office.locator('.note.wait ul').count(), 2);
    await office.locator('.note.wait', { hasText: '山野 一' }).waitFor();
    await office.locator('.note.wait', { hasText: 'kacho' }).waitFor();
    await shot(office, '48-two-for-a-list');
    await checkAccess(office, 'a list that takes two');
    await office.locator('.row button.big').click();
    await office.getByRole('link', { name: '二人で行うこと' }).last().click();
    await office.getByText('任を解かれる方').waitFor();
    await shot(office, '49-proposal');
  });

  await step('organisation, roles, permissions, proposals and notices can be read', async () => {
    for (const [path, words, name] of [['/organisation', '組織', '42-organisation'], ['/permissions', '権限の表', '43-permissions'],
      ['/proposals', '二人で行うこと', '44-proposals'], ['/notices', 'お知らせ', '45-notices'], ['/takeouts', '持ち出しの帳簿', '46-takeouts'], ['/incidents', '事案', '50-incidents']]) {
      await office.goto(`${address}${path}`);
      await office.getByRole('heading', { name: words, level: 1 }).waitFor();
      await office.waitForLoadState('networkidle').catch(() => null);
      assert.equal(await office.locator('.note.bad').count(), 0, path);
      await shot(office, name);
      await checkAccess(office, path);
    }
  });

  await step('what somebody has to look into is told, with what to do', async () => {
    // The digits that were used twice: whoever typed them knew the password.
    await office.getByRole('heading', { name: '二つめの確認を拒否' }).first().waitFor();
    await office.getByText('ほかの人がパスワードを知っています').first().waitFor();
  });

  await step('every page of people in English', async () => {
    const english = async (page, path, wait = 'h1') => {
      await page.goto(`${address}${path}`);
      await page.waitForSelector(wait);
      if ((await page.getAttribute('html', 'lang')) !== 'en') await page.locator('.lang-switch').click();
      await page.waitForSelector('html[lang=en]');
      await page.waitForTimeout(400);
      await checkAccess(page, `${path} in English`);
    };
    for (const path of ['/people', `/people/${NEWCOMER.name}`, '/people/kacho', '/people/import', '/organisation', '/organisation/fukushi', '/permissions',
      '/proposals', '/notices', '/takeouts', '/incidents', '/accounts', '/overview', '/me']) {
      await english(office, path);
      assert.equal(await office.locator('.note.bad').count(), 0, path);
    }
    await shot(office, '51-settings-in-english');
    await english(office, '/incidents');
    await shot(office, '52-incidents-in-english');
    const stranger = await openWindow(browser);
    await english(stranger, '/', '[name=name]');
    await english(stranger, '/enrol', '#enrol-name');
    await stranger.goto(address);
    await stranger.fill('[name=name]', NEWCOMER.name);
    await stranger.fill('[name=password]', NEWCOMER.password);
    await stranger.click('button[type=submit]');
    await stranger.waitForSelector('#second-code, button.plain');
    await checkAccess(stranger, 'the second step in English');
    await stranger.context().close();
    await office.locator('.lang-switch').click();
    await office.waitForSelector('html[lang=ja]');
  });

  await step('320 px wide, nothing runs off to the side', async () => {
    const narrow = await openWindow(browser, { viewport: { width: 320, height: 700 }, storageState: await office.context().storageState() });
    for (const path of ['/people', '/people/import', '/organisation', '/permissions', '/proposals', '/notices', '/takeouts', '/incidents', '/me', `/people/${NEWCOMER.name}`]) {
      await narrow.goto(`${address}${path}`);
      await narrow.waitForSelector('h1');
      await narrow.waitForTimeout(300);
      await noSideways(narrow, path);
    }
    await shot(narrow, '47-narrow');
    await narrow.context().close();
  });

  await step('the second step by keyboard alone', async () => {
    const keys = await openWindow(browser);
    await keys.goto(address);
    await keys.waitForSelector('[name=name]');
    await keys.keyboard.type(NEWCOMER.name);
    await keys.keyboard.press('Tab');
    await keys.keyboard.type(NEWCOMER.password);
    await keys.keyboard.press('Enter');
    await keys.getByText('二つめの確認').waitFor();
    if ((await keys.locator('#second-code').count()) === 0) {
      await tabTo(keys, 'button.button:not(.main):not(.plain)');
      await keys.keyboard.press('Enter');
    }
    await keys.waitForSelector('#second-code:focus');
    await keys.keyboard.type(await codeOf(newcomer()));
    await keys.keyboard.press('Enter');
    await keys.waitForSelector('nav.menu');
    await keys.context().close();
  });
}

await tell(day);
