// SPDX-License-Identifier: Apache-2.0
// The pure functions behind the pages, in tables of cases.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem, problemFrom, query } from '../../../../web/api.js';
import { byZone, levelToAsk } from '../../../../web/destinations.js';
import { gather, members } from '../../../../web/findings.js';
import { day, fiscalYear, isDeceptive, retryAfter, shortDigest, size, span, useCalendar, visibleName, when, wireName } from '../../../../web/format.js';
import { fill, first, plural, side, t, use } from '../../../../web/i18n.js';
import { match, resolve } from '../../../../web/router.js';
import { boxFor, isOver, merge, moved, steps, tone } from '../../../../web/state.js';
import { tidyCode } from '../../../../web/code.js';
import { Uploads, missing } from '../../../../web/upload.js';
import { bytesOf, textOf } from '../../../../web/webauthn.js';

test('sizes read as people write them', () => {
  for (const [bytes, want] of [[0, '0 B'], [1023, '1,023 B'], [1024, '1 KB'], [1536, '1.5 KB'], [104857600, '100 MB'], [5e12, '4,657 GB']]) {
    assert.equal(size(bytes, 'ja-JP'), want);
  }
});

/** Microseconds of a moment on Japan's clocks, whatever clock the machine goes by. */
const inJapan = (text) => Date.parse(`${text}:00+09:00`) * 1000;

test('a time of today is a clock, of another day a date, and the clock is Japan\u2019s', () => {
  const now = new Date('2026-11-23T12:00:00+09:00');
  assert.equal(when(inJapan('2026-11-23T09:05'), 'ja-JP', now), '09:05');
  assert.equal(when(inJapan('2026-11-23T00:10'), 'ja-JP', now), '00:10');
  assert.match(when(inJapan('2026-11-22T23:55'), 'ja-JP', now), /11月22日.*23:55/);
  useCalendar('iso');
  assert.match(when(inJapan('2025-01-02T09:05'), 'ja-JP', now), /2025年.*1月2日/);
  useCalendar('wareki');
  assert.match(when(inJapan('2025-01-02T09:05'), 'ja-JP', now), /令和7年.*1月2日/);
});

test('a day is told in the years that its reader counts', () => {
  useCalendar('wareki');
  for (const [iso, want] of [['2026-11-23', '令和8年11月23日'], ['2019-05-01', '令和元年5月1日'], ['2019-04-30', '平成31年4月30日'], ['1989-01-07', '昭和64年1月7日']]) {
    assert.equal(day(iso, 'ja-JP'), want);
  }
  assert.equal(day('2026-11-23', 'en-GB'), '23 November 2026 (R8)');
  useCalendar('iso');
  assert.equal(day('2026-11-23', 'ja-JP'), '2026-11-23');
  assert.equal(day('not a day', 'ja-JP'), 'not a day');
  useCalendar('wareki');
});

test('a fiscal year begins on the first of April in Japan', () => {
  assert.equal(fiscalYear(new Date('2027-03-31T23:59:00+09:00')), 2026);
  assert.equal(fiscalYear(new Date('2027-04-01T00:00:00+09:00')), 2027);
});

test('codes are taken as people type them', () => {
  assert.equal(tidyCode('１２３ 456'), '123456');
  assert.equal(tidyCode(' abcd-efgh－ijkl '), 'abcdefghijkl');
});

test('keys\u2019 bytes survive the way there and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
  assert.deepEqual(bytesOf(textOf(bytes.buffer)), bytes);
  assert.doesNotMatch(textOf(bytes.buffer), /[+/=]/);
});

test('no character of a name hides', () => {
  assert.equal(visibleName('請求書\u202Exslx.exe'), '請求書⟨U+202E⟩xslx.exe');
  assert.equal(visibleName('a\u0000b\u200bc\ufeff'), 'a⟨U+0000⟩b⟨U+200B⟩c⟨U+FEFF⟩');
  assert.equal(visibleName('見積書（最終）.docx'), '見積書（最終）.docx');
  assert.equal(isDeceptive('見積書.docx'), false);
  assert.equal(isDeceptive('gpj\u2067.exe'), true);
});

test('a name can always be sent', () => {
  assert.equal(wireName('か\u3099.txt'), 'が.txt');
  assert.doesNotThrow(() => encodeURIComponent(wireName('\ud800a\udc00.txt')));
  assert.equal(wireName('😀.txt'), '😀.txt');
});

test('what to wait is a number of seconds or nothing', () => {
  assert.equal(retryAfter('30'), 30);
  for (const odd of [null, '', '-1', '1e9', 'Wed, 21 Oct 2026 07:28:00 GMT', '12345678']) assert.equal(retryAfter(odd), null);
  assert.deepEqual(span(30), { unit: 'seconds', count: 30 });
  assert.deepEqual(span(600), { unit: 'minutes', count: 10 });
  assert.deepEqual(span(7200), { unit: 'hours', count: 2 });
});

test('a digest is short enough to compare', () => {
  assert.equal(shortDigest('9f0a1b2c3d4e3b7c0e0a6f1d5b2c4d8e'), '9f0a 1b2c 3d4e 3b7c');
  assert.equal(shortDigest(''), '');
});

test('addresses lead to pages', () => {
  assert.equal(resolve('/').page, 'crossings');
  assert.equal(resolve('/?box=sent').search.get('box'), 'sent');
  assert.deepEqual(resolve('/crossings/019a-b').params, { id: '019a-b' });
  assert.equal(resolve('/crossings/019a-b/').page, 'crossing');
  for (const nowhere of ['/crossings/', '/crossings/a/b', '/crossings/%ff', '/nowhere', '/send/x']) {
    assert.equal(resolve(nowhere).page, 'missing', nowhere);
  }
  assert.equal(match('/a/:b', '/a/%2e%2e').b, '..');
});

test('only what is set becomes a query', () => {
  assert.equal(query({ to: 'lgwan', class: null, reason: '' }), '?to=lgwan');
  assert.equal(query({ reason: '県へ & 町へ' }), '?reason=%E7%9C%8C%E3%81%B8+%26+%E7%94%BA%E3%81%B8');
  assert.equal(query({}), '');
});

test('a problem has words, whatever the station or a proxy says', () => {
  use({ ja: { 'problem.locked': '待って', 'problem.status.502': '届かない', 'problem.other': '（{status}）', 'problem.offline': '切れた' }, en: {} }, {}, 'ja');
  const locked = problemFrom(429, '{"code":"locked","detail":"too many"}', '30');
  assert.deepEqual([locked.words, locked.wait], ['待って', 30]);
  assert.equal(problemFrom(502, '<html>Bad Gateway</html>', null).words, '届かない');
  assert.equal(problemFrom(418, '{"detail":"teapot"}', null).words, 'teapot');
  assert.equal(problemFrom(418, 'null', null).words, '（418）');
  assert.equal(problemFrom(400, '{"code":{"a":1},"detail":7}', null).code, 'status-400');
  assert.equal(problemFrom(0, '', null).words, '切れた');
  assert.ok(locked instanceof Problem && locked instanceof Error);
});

test('messages fill, count and fall back to Japanese', () => {
  use({ ja: { a: '{n}個の{what}', 'b.other': '{count}件', only: 'だけ' }, en: { a: '{n} {what}', 'b.one': '{count} file', 'b.other': '{count} files' } }, {}, 'ja');
  assert.equal(fill('{x}{y}', { x: '{y}' }), '{y}{y}');
  assert.equal(t('a', { n: 1, what: 'マクロ' }), '1個のマクロ');
  assert.equal(plural('b', 1200), '1,200件');
  use({ ja: { only: 'だけ' }, en: { 'b.one': '{count} file', 'b.other': '{count} files' } }, {}, 'en');
  assert.equal(plural('b', 1), '1 file');
  assert.equal(plural('b', 2), '2 files');
  assert.equal(t('only'), 'だけ');
  assert.equal(first('no', 'only', 'other'), 'だけ');
  assert.equal(t('no.such.key'), 'no.such.key');
  assert.equal(side({ ja: '林', en: '' }), '林');
  assert.equal(side(null), '');
});

const crossing = (more) => ({ box: 'sent', state: 'received', created: 1, approval: null, history: [], ...more });
const moods = (list) => list.map(({ state, mood }) => `${state} ${mood}`).join(', ');

test('the road shows what is behind, what is now and what is to come', () => {
  assert.equal(moods(steps(crossing({}))), 'received now, working next, offered next, passed next');
  assert.equal(
    moods(steps(crossing({ state: 'held', history: [{ time: 1, state: 'received' }, { time: 2, state: 'working' }, { time: 3, state: 'held' }] }))),
    'received done, working done, held now, offered next, passed next',
  );
  assert.equal(moods(steps(crossing({ state: 'passed' }))), 'received done, working done, offered done, passed done');
  assert.equal(moods(steps(crossing({ box: 'arrived', state: 'ready' }))), 'arrived done, ready now, delivered next');
  assert.equal(moods(steps(crossing({ box: 'arrived', state: 'delivered' }))), 'arrived done, ready done, delivered done');
});

test('a bad end takes the place of what would have come', () => {
  const history = [{ time: 1, state: 'received' }, { time: 2, state: 'working' }, { time: 3, state: 'refused' }];
  assert.equal(moods(steps(crossing({ state: 'refused', history }))), 'received done, working done, refused bad');
  assert.equal(moods(steps(crossing({ state: 'expired' }))), 'received done, expired bad');
});

test('a state that this version does not know is not called done', () => {
  assert.ok(steps(crossing({ state: 'quarantined' })).every(({ mood }) => mood === 'next'));
  assert.equal(tone('quarantined'), 'busy');
  assert.equal(isOver('quarantined'), false);
});

test('lists merge by id, newest first, and tell what moved', () => {
  const a = { id: 'a', created: 1, state: 'received' };
  const b = { id: 'b', created: 2, state: 'ready' };
  const a2 = { ...a, state: 'passed' };
  assert.deepEqual(merge([a], [b, a2]), [b, a2]);
  assert.deepEqual(moved([a, b], [b, a2]), [a2]);
  assert.equal(boxFor(null, 1, 'staff'), 'sent');
  assert.equal(boxFor(null, 2, 'staff'), 'arrived');
  assert.equal(boxFor('all', 2, 'section-head'), 'arrived');
  assert.equal(boxFor('all', 2, 'administrator'), 'all');
  assert.equal(boxFor('sent', 2, 'staff'), 'sent');
});

test('findings come together by element and action', () => {
  const label = { ja: 'マクロ', en: 'macro' };
  const of = (element, action, place, count) => ({ element, action, place, count, label });
  const parts = gather([of('hyperlink', 'kept', 'a', 2), of('vba-project', 'removed', 'x', 1), of('hyperlink', 'kept', 'b', 3), of('hyperlink', 'removed', '', 1), of('hyperlink', 'kept', 'a', 1)]);
  assert.deepEqual(parts.map(({ action, count }) => [action, count]), [['removed', 2], ['kept', 6]]);
  assert.deepEqual(parts[1].groups[0].places, ['a', 'b']);
  assert.deepEqual(parts[0].groups[1].places, []);
  assert.deepEqual(gather([]), []);
  // Of what was refused as a whole nothing was replaced or kept.
  const stopped = gather([of('macro', 'refused', '', 1), of('hyperlink', 'kept', 'a', 2), of('hyperlink', 'removed', 'b', 1)], true);
  assert.deepEqual(stopped.map(({ action, count }) => [action, count]), [['refused', 1], ['beside', 3]]);
  assert.deepEqual(stopped[1].groups.map(({ element, places }) => [element, places]), [['hyperlink', ['a', 'b']]]);
});

test('findings inside an archive come together by the file they were in', () => {
  const of = (element, action, place) => ({ element, action, place, count: 1, label: { ja: '', en: '' } });
  const found = members([of('archive-order', 'replaced', ''), of('hyperlink', 'kept', 'a.docx › word/document.xml'), of('archive-member', 'replaced', 'b.exe › unsupported'),
    of('macro', 'removed', 'c.zip › d.docm › vbaProject.bin'), of('macro', 'removed', 'a.docx › x'), of('archive-member', 'replaced', 'c.zip › e.exe › forbidden')]);
  assert.deepEqual(found.map(({ path, lost, findings }) => [path.join('/'), lost, findings.map(({ place }) => place)]), [
    ['', '', ['']], ['a.docx', '', ['word/document.xml', 'x']], ['b.exe', 'unsupported', []], ['c.zip/d.docm', '', ['vbaProject.bin']], ['c.zip/e.exe', 'forbidden', []]]);
  const whole = [of('html-script', 'removed', 'e.html'), of('archive-time', 'kept', 'f.zip'), of('macro', 'removed', 'g.docm › word/x.bin'), of('html-script', 'removed', 'h.zip › i.html')];
  assert.deepEqual(members(whole, true).map(({ path }) => path), [[], ['e.html'], ['g.docm'], ['h.zip', 'i.html']]);
  assert.deepEqual(members(whole).map(({ path }) => path), [[], ['g.docm'], ['h.zip']]);
  assert.deepEqual(members([]), [{ path: [], findings: [], lost: '' }]);
});

test('files are sent in order, a failed one is tried again alone', async () => {
  let seen = [];
  const queue = new Uploads((items) => {
    seen = items;
  });
  queue.add([{ name: 'a', size: 1 }, { name: 'b', size: 1 }, { name: 'big', size: 9 }], (file) => (file.size > 5 ? 'send.too-large' : null));
  assert.equal(queue.waiting, 2);
  let fails = 1;
  const sent = [];
  const send = async (file, progress) => {
    progress(0.5);
    if (file.name === 'a' && fails-- > 0) throw new Problem(503, 'busy');
    sent.push(file.name);
    return { id: file.name };
  };
  await Promise.all([queue.run(send), queue.run(send)]);
  assert.deepEqual(sent, ['b']);
  assert.deepEqual(seen.map(({ phase }) => phase), ['failed', 'done', 'failed']);
  assert.equal(seen[0].problem.code, 'busy');
  queue.retry(seen[0].key);
  await queue.run(send);
  assert.deepEqual(sent, ['b', 'a']);
  queue.clear();
  assert.deepEqual(seen.map(({ file }) => file.name), ['big']);
});

test('taking a file off the list stops it', async () => {
  const queue = new Uploads(() => {});
  queue.add([{ name: 'a', size: 1 }], () => null);
  const send = (file, progress, signal) => new Promise((done, fail) => signal.addEventListener('abort', () => fail(new Problem(0, 'cancelled'))));
  const running = queue.run(send);
  queue.remove(queue.items[0].key);
  await running;
  assert.deepEqual(queue.items, []);
});

test('a take-out is not sent before it says what and why', () => {
  const blank = { whom: 'other', other: ' ', class: '', reason: ' ' };
  assert.deepEqual(missing(blank, { asks: ['class', 'reason'] }), { other: 'send.need.for', class: 'send.need.class', reason: 'send.need.reason' });
  assert.deepEqual(missing({ ...blank, whom: 'me' }, { asks: [] }), {});
});

test('several sentences about one zone become one choice', () => {
  const rule = { zone: 'lgwan', label: 'LGWAN', direction: 'up', levels: ['rebuilt', 'image', 'text'], types: null, sizeMax: 10, approval: null, classes: null, asks: [] };
  const pictures = { ...rule, levels: ['image', 'text'], types: ['pdf', 'doc'], sizeMax: 20 };
  const down = { ...rule, zone: 'cloud', direction: 'down', classes: ['3A', '2', '3C', '1'], asks: ['class'], approval: 'section-head' };
  const [lgwan, cloud, ...rest] = byZone([pictures, rule, down]);
  assert.deepEqual(rest, []);
  assert.deepEqual([lgwan.levels[0], lgwan.types, lgwan.sizeMax, lgwan.narrow], ['rebuilt', null, 20, [{ level: 'image', types: ['pdf', 'doc'] }]]);
  assert.deepEqual([cloud.classes, cloud.asks, cloud.approval, cloud.narrow], [['1', '2', '3C', '3A'], ['class'], 'section-head', []]);
  assert.equal(levelToAsk(lgwan, 'rebuilt'), null);
  assert.equal(levelToAsk(lgwan, 'text'), 'text');
});

test('where every sentence is narrow, only what they name may go', () => {
  const rule = { zone: 'lgwan', label: 'LGWAN', direction: 'up', levels: ['image'], types: ['pdf'], sizeMax: 10, approval: null, classes: null, asks: [] };
  const [lgwan] = byZone([rule, { ...rule, levels: ['rebuilt'], types: ['docx'], asks: ['reason'] }]);
  assert.deepEqual([lgwan.types, lgwan.asks, lgwan.narrow], [['pdf', 'docx'], ['reason'], [{ level: 'rebuilt', types: ['docx'] }]]);
  assert.deepEqual(byZone([]), []);
});
