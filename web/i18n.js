// SPDX-License-Identifier: Apache-2.0
// i18n.js - words for people. The catalogues are data/messages/{ja,en}.json, flat keys, shared with the C side.
// @ts-check

/** @typedef {'ja' | 'en'} Lang */

const STORED = 'sekisho.lang';

/** @type {{ ja: Record<string, string>, en: Record<string, string> }} */
const catalogues = { ja: {}, en: {} };
/** @type {Record<string, { ja: string, en: string }>} */
let types = {};
/** @type {Lang} */
let current = 'ja';
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Lang} */
export const lang = () => current;

/** What browsers call the language, for Intl. */
export const locale = () => (current === 'ja' ? 'ja-JP' : 'en-GB');

/**
 * Fill `{name}` places of a message. A place without a value stays as it is, so that it shows in a test.
 * @param {string} message
 * @param {Record<string, string | number>} [values]
 */
export function fill(message, values = {}) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** @param {string} key */
export const has = (key) => key in catalogues[current] || key in catalogues.ja;

/**
 * The sentence of a key in the language in use; Japanese where English lacks it.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values) {
  return fill(catalogues[current][key] ?? catalogues.ja[key] ?? key, values);
}

/**
 * As `t`, with the form that the count asks for: `key.one`, `key.other`.
 * @param {string} key
 * @param {number} count
 * @param {Record<string, string | number>} [values]
 */
export function plural(key, count, values) {
  const form = new Intl.PluralRules(current).select(count);
  const named = `${key}.${form}`;
  return t(has(named) && named in catalogues[current] ? named : `${key}.other`, {
    count: new Intl.NumberFormat(locale()).format(count),
    ...values,
  });
}

/**
 * The first of the keys that has words.
 * @param {string[]} keys
 */
export function first(...keys) {
  return t(keys.find(has) ?? keys[keys.length - 1]);
}

/**
 * The side of a label that the server sent in both languages.
 * @param {{ ja: string, en: string } | null | undefined} label
 */
export const side = (label) => (label ? label[current] || label.ja : '');

/** @param {string | null | undefined} name a type of content */
export const typeLabel = (name) => (name ? side(types[name]) || name : '');

/** @param {Lang} next */
export function setLang(next) {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // Storage may be closed by the town's own browser policy; the choice then lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

/** @param {() => void} tell */
export function onLang(tell) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Read the catalogues and the remembered language. */
export async function loadMessages() {
  const read = async (/** @type {string} */ name) => {
    const answer = await fetch(`/messages/${name}.json`);
    if (!answer.ok) throw new Error(`messages: ${name} ${answer.status}`);
    return answer.json();
  };
  const [ja, en, names] = await Promise.all([read('ja'), read('en'), read('types')]);
  use({ ja, en }, names);
  let remembered = null;
  try {
    remembered = localStorage.getItem(STORED);
  } catch {
    // As above.
  }
  current = remembered === 'en' ? 'en' : 'ja';
  document.documentElement.lang = current;
}

/**
 * Put catalogues in place without a browser (for the unit tests).
 * @param {{ ja: Record<string, string>, en: Record<string, string> }} words
 * @param {Record<string, { ja: string, en: string }>} [names]
 * @param {Lang} [which]
 */
export function use(words, names = {}, which = current) {
  Object.assign(catalogues, words);
  types = names;
  current = which;
}
