// SPDX-License-Identifier: Apache-2.0
// The catalogues: the same keys and places in both languages, words for everything that the station can
// say, no key that the pages ask for and nobody wrote, none that nobody asks for.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('../../../../', import.meta.url).pathname;
const read = (path) => readFileSync(join(root, path), 'utf8');
const ja = JSON.parse(read('data/messages/ja.json'));
const en = JSON.parse(read('data/messages/en.json'));
const sources = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const scripts = sources('web').filter((path) => path.endsWith('.js'));
const places = (message) => [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('both languages have the same keys, and every message has words', () => {
  assert.deepEqual(Object.keys(ja), Object.keys(en));
  for (const [key, words] of [...Object.entries(ja), ...Object.entries(en)]) {
    assert.equal(typeof words, 'string', key);
    assert.notEqual(words.trim(), '', key);
  }
});

test('both languages name the same places', () => {
  // English often says one of something without its number.
  const alike = (key, found) => found.filter((place) => place !== 'count' || !key.endsWith('.one'));
  for (const key of Object.keys(ja)) assert.deepEqual(alike(key, places(ja[key])), alike(key, places(en[key])), key);
});

test('keys stand in order, so that two people can add some without a conflict', () => {
  assert.deepEqual(Object.keys(ja), Object.keys(ja).slice().sort());
});

test('Japanese sentences hold no word of the trade that a clerk would stumble over', () => {
  for (const [key, words] of Object.entries(ja)) assert.doesNotMatch(words, /サニタイズ|CDR|セッション|トークン|アップロード|ダウンロード|エラー/, key);
});

test('where no password opens a kind, both pages look for that before they ask for one', () => {
  assert.ok(ja['reason.encrypted.next.ppt'].includes('PowerPoint') && en['reason.encrypted.next.ppt'].includes('PowerPoint'));
  assert.match(read('web/pages/crossing.js'), /reason === 'encrypted' && !has\(kind\)/);
  assert.match(read('web/pages/send.js'), /back = lock !== null && !has\(lock\)/);
});

test('everything that the station can say has words', { skip: !existsSync(join(root, 'data/openapi.json')) }, () => {
  const { schemas } = JSON.parse(read('data/openapi.json')).components;
  const named = (prefix, values) => values.map((value) => `${prefix}.${value}`);
  const wanted = [
    ...named('problem', schemas.Problem.properties.code.enum),
    ...named('state', schemas.State.enum),
    ...named('reason', schemas.Reason.enum),
    ...schemas.Reason.enum.map((reason) => `reason.${reason}.next`),
    ...named('role', schemas.Role.enum),
    ...named('level', schemas.Level.enum),
  ];
  assert.deepEqual(wanted.filter((key) => !(key in ja)), []);
});

test('explanations of findings name elements that exist', () => {
  const codes = new Set(read('data/elements.tsv').split('\n').map((line) => line.split('\t')[0]));
  const unknown = Object.keys(ja).filter((key) => key.startsWith('finding.why.') && !codes.has(key.slice('finding.why.'.length)));
  assert.deepEqual(unknown, []);
});

test('no key is asked for in vain, and none is never asked for', () => {
  const text = scripts.map(read).join('\n');
  const exact = new Set();
  const prefixes = new Set();
  for (const [, key] of text.matchAll(/'([a-z]+(?:[.-][a-z0-9-]+)+)'/g)) exact.add(key);
  for (const [, prefix] of text.matchAll(/`([a-z][a-z.-]*\.)\$\{/g)) prefixes.add(prefix);
  for (const [, prefix] of text.matchAll(/`(accounts)\.\$\{/g)) prefixes.add(`${prefix}.`);
  for (const [, key] of read('src/gate/letter.c').matchAll(/"(letter\.[a-z.]+)"/g)) exact.add(key); // said in mails alone
  const roots = new Set(Object.keys(ja).map((key) => key.split('.')[0]));
  const words = (key) => key in ja || `${key}.other` in ja;
  const vain = [...exact].filter((key) => key.includes('.') && roots.has(key.split('.')[0]) && !/\.(js|css|svg|json)$/.test(key) && !words(key));
  assert.deepEqual(vain, []);
  const asked = (key) => exact.has(key) || exact.has(key.replace(/\.(one|other)$/, '')) || [...prefixes].some((prefix) => key.startsWith(prefix));
  assert.deepEqual(Object.keys(ja).filter((key) => !asked(key)), []);
});

test('nothing on the pages needs more than the strict content policy allows', () => {
  for (const path of scripts) {
    const text = read(path);
    assert.doesNotMatch(text, /\sstyle=|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|dangerouslySet/, path);
  }
  const page = read('web/index.html');
  assert.doesNotMatch(page, /<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|\sstyle=|https?:/);
  for (const path of sources('web/image')) assert.doesNotMatch(read(path), /<script|<style|style=|href=|\son[a-z]+=/, path);
});

test('the lock file names no registry', () => {
  assert.doesNotMatch(read('package-lock.json'), /"resolved"/);
});
