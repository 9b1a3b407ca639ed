// SPDX-License-Identifier: Apache-2.0
// format.js - numbers, sizes, times and names as people read them. Pure: no page, no network.
// @ts-check

/**
 * @param {number} bytes
 * @param {string} locale
 */
export function size(bytes, locale) {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

/** Microseconds since 1970, as the API writes times, to a Date. @param {number} micros */
export const date = (micros) => new Date(micros / 1000);

/** @type {'wareki' | 'iso'} how this person reads years */
let calendar = 'wareki';

/** @param {string} which */
export const useCalendar = (which) => {
  calendar = which === 'iso' ? 'iso' : 'wareki';
};

// Everything is shown in Japan's time, wherever the machine thinks it is.
const ZONE = { timeZone: 'Asia/Tokyo' };
const DAY = new Intl.DateTimeFormat('sv-SE', ZONE);

/** Which day it is in Japan: 2026-11-23. @param {Date} then */
export const isoDay = (then) => DAY.format(then);

/** The locale that counts years as this person does. @param {string} locale */
const counting = (locale) => (calendar === 'wareki' && locale.startsWith('ja') ? `${locale}-u-ca-japanese` : locale);

/** In the person's own words a day has its era, its year and no clock. @param {string} iso @param {string} locale */
export function day(iso, locale) {
  const then = new Date(`${iso}T12:00:00+09:00`);
  if (Number.isNaN(then.getTime())) return iso;
  if (calendar === 'iso') return iso;
  /** @type {Intl.DateTimeFormatOptions} */
  const whole = { ...ZONE, year: 'numeric', month: 'long', day: 'numeric' };
  if (locale.startsWith('ja')) return new Intl.DateTimeFormat(counting(locale), { ...whole, era: 'long' }).format(then);
  // Among English words the era stands behind: 23 November 2026 (R8).
  const parts = new Intl.DateTimeFormat(`${locale}-u-ca-japanese`, { ...ZONE, era: 'narrow', year: 'numeric' }).formatToParts(then);
  const part = (/** @type {string} */ type) => parts.find((one) => one.type === type)?.value ?? '';
  return `${new Intl.DateTimeFormat(locale, whole).format(then)} (${part('era')}${part('year')})`;
}

/** 年度: the year that begins in April. @param {Date} then */
export function fiscalYear(then) {
  const [year, month] = isoDay(then).split('-').map(Number);
  return month >= 4 ? year : year - 1;
}

/**
 * Today: the clock alone; another day: month, day and clock; another year: the year too.
 * @param {number} micros
 * @param {string} locale
 * @param {Date} [now]
 */
export function when(micros, locale, now = new Date()) {
  const then = date(micros);
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { ...ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (isoDay(then) !== isoDay(now)) Object.assign(shape, { month: 'short', day: 'numeric' });
  const otherYear = isoDay(then).slice(0, 4) !== isoDay(now).slice(0, 4);
  if (otherYear) shape.year = 'numeric';
  return new Intl.DateTimeFormat(otherYear ? counting(locale) : locale, shape).format(then);
}

/**
 * Date and clock to the second, for records.
 * @param {number} micros
 * @param {string} locale
 */
export function exact(micros, locale) {
  const then = date(micros);
  const clock = new Intl.DateTimeFormat(locale, { ...ZONE, timeStyle: 'medium', hourCycle: 'h23' }).format(then);
  return `${day(isoDay(then), locale)} ${clock}`;
}

/** Enough of a digest to compare by eye: the first sixteen hexadecimal digits in fours. @param {string} digest */
export const shortDigest = (digest) => (digest.slice(0, 16).match(/.{1,4}/g) ?? []).join(' ');

// Characters that change how a name is read without being seen: controls, joiners and marks of
// direction (Unicode Bidi_Control), other invisible formatting.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Does a file name hold a character that hides or reorders the others? @param {string} name */
export const isDeceptive = (name) => name.search(UNSEEN) >= 0;

/**
 * A name with every unseen character written out, so that it cannot pose as another.
 * @param {string} name
 */
export function visibleName(name) {
  return name.replace(UNSEEN, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/**
 * A name as it goes over the wire: composed (NFC), and without halves of surrogate pairs, which no
 * encoding can carry. What else is wrong with it, the station judges.
 * @param {string} name
 */
export function wireName(name) {
  return name.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd').normalize('NFC');
}

/**
 * Whole seconds or minutes to wait, from a Retry-After header.
 * @param {string | null} header
 * @returns {number | null} seconds
 */
export function retryAfter(header) {
  if (header === null || !/^\d{1,6}$/.test(header)) return null;
  return Number(header);
}

/**
 * @param {number} seconds
 * @returns {{ unit: 'seconds' | 'minutes' | 'hours', count: number }}
 */
export function span(seconds) {
  if (seconds < 90) return { unit: 'seconds', count: Math.max(1, Math.ceil(seconds)) };
  if (seconds < 5400) return { unit: 'minutes', count: Math.ceil(seconds / 60) };
  return { unit: 'hours', count: Math.ceil(seconds / 3600) };
}
