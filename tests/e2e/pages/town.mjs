// SPDX-License-Identifier: Apache-2.0
// town.mjs - a town for one test: the stations, its people, the files they hand in, and a browser.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

export const root = new URL('../../../', import.meta.url).pathname;
const shots = join(root, 'build/screenshots');

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

async function freeBase() {
  for (let base = 21000 + (process.pid % 400) * 20; base < 60000; base += 10) {
    if ((await Promise.all([base + 1, base + 2, base + 3].map(isFree))).every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

/**
 * Start the stations; resolves with what script/server says when ready.
 * @param {(state: string) => void} [prepare] puts into the state's folder what shall be there before
 */
export async function openTown(prepare) {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-e2e-'));
  chmodSync(folder, 0o755); // each station may run as a user of its own, and must get to its state
  const files = join(folder, 'files');
  execFileSync(join(root, 'tests/fixtures/make-pages'), [files]);
  if (prepare) {
    mkdirSync(join(folder, 'state'), { mode: 0o755 });
    prepare(join(folder, 'state'));
  }
  const base = await freeBase();
  const command = process.env.SEKISHO_SERVER ?? join(root, 'script/server');
  const server = spawn(command, ['--state', join(folder, 'state'), '--port-base', String(base), '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', process.env.SEKISHO_VERBOSE ? 'inherit' : 'pipe'],
  });
  // Whatever ends this test, the stations end with it.
  process.once('exit', () => server.kill('SIGTERM'));
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));
  let told = '';
  server.stderr?.on('data', (piece) => {
    told = (told + piece).slice(-4000);
  });
  const town = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the server was not ready in time\n${told}`)), 90000);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}\n${told}`)));
    createInterface({ input: server.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      clearTimeout(late);
      resolve(JSON.parse(line));
    });
  });
  server.removeAllListeners('exit');
  const close = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    const slow = setTimeout(() => server.kill('SIGKILL'), 20000);
    await ended;
    clearTimeout(slow);
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...town, files, close, told: () => told };
}

/**
 * The people that the story needs, found among the sample accounts.
 * @returns {(zone: string, name: string) => { zone: string, name: string, password: string, totp: string | null }}
 */
export function cast(accounts) {
  const of = (zone, role) => accounts.filter((account) => account.zone === zone && account.role === role);
  const names = (list) => list.map(({ name }) => name);
  const both = names(of('internet', 'staff')).filter((name) => names(of('lgwan', 'staff')).includes(name));
  const head = of('lgwan', 'section-head')[0];
  const section = (name) => accounts.find((account) => account.zone === 'lgwan' && account.name === name).section;
  // The clerk whose section head we have comes first.
  both.sort((a, b) => Number(section(b) === head.section) - Number(section(a) === head.section));
  const [clerk] = both;
  const colleague = names(of('lgwan', 'staff')).find((name) => name !== clerk) ?? head.name;
  const door = (zone, name) => {
    const found = accounts.find((account) => account.zone === zone && account.name === name);
    if (!found) throw new Error(`no sample account ${name} in ${zone}`);
    return found;
  };
  return { clerk, colleague, head: head.name, door, administrator: of('internet', 'administrator')[0] };
}

const STEP = 30;
const spent = new Map();

/** The bytes of base32 without padding. @param {string} text */
function unbase32(text) {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((octet) => Number.parseInt(octet, 2)));
}

/**
 * A one-time code (RFC 6238) of a sample account, as its authenticator would show it. None serves twice: the first that was not
 * used, of a step back, of now, of a step ahead; after those the next is waited for.
 * @param {{ zone: string, name: string, totp: string }} account
 */
export async function codeOf({ zone, name, totp }) {
  const current = () => Math.floor(Date.now() / 1000 / STEP);
  const step = Math.max((spent.get(`${zone} ${name}`) ?? 0) + 1, current() - 1);
  while (step > current() + 1) await new Promise((resolve) => setTimeout(resolve, 200));
  spent.set(`${zone} ${name}`, step);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', unbase32(totp)).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

export async function openBrowser() {
  mkdirSync(shots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** Complaints of a page: faults of scripts, and anything that the content policy stopped. */
export const complaints = [];

/** A window of its own, as another person's machine would be. */
export async function openWindow(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo',
    acceptDownloads: true, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(15000);
  const page = await context.newPage();
  page.on('pageerror', (fault) => complaints.push(`${page.url()}: ${fault}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught|TypeError/.test(message.text())) {
      complaints.push(`${page.url()}: ${message.text()}`);
    }
  });
  return page;
}

export async function shot(page, name) {
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
