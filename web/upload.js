// SPDX-License-Identifier: Apache-2.0
// upload.js - the list of files on their way in: one after the other, each with its progress, its fault and its
// own second try. Pure but for the `send` it is given, so that the tests need no browser.
// @ts-check

/**
 * @typedef {{ name: string, size: number }} FileLike
 * @typedef {'waiting' | 'sending' | 'done' | 'failed'} Phase
 * @typedef {{ key: number, file: any, phase: Phase, share: number, fault: string | null, problem: any, crossing: any,
 *   locked: boolean, password: string }} Item
 * @typedef {(file: any, progress: (share: number) => void, signal: AbortSignal, password: string) => Promise<any>} Sender
 */

export class Uploads {
  /** @param {(items: Item[]) => void} changed told of every change, with a new list */
  constructor(changed) {
    /** @type {Item[]} */
    this.items = [];
    this.changed = changed;
    this.nextKey = 1;
    this.running = false;
    /** @type {Map<number, AbortController>} */
    this.aborts = new Map();
  }

  /**
   * @param {Iterable<FileLike>} files
   * @param {(file: FileLike) => string | null} check a fault known beforehand, as a message key, or null
   */
  add(files, check) {
    const fresh = [...files].map((file) => {
      const fault = check(file);
      return {
        key: this.nextKey++,
        file,
        phase: /** @type {Phase} */ (fault ? 'failed' : 'waiting'),
        share: 0,
        fault,
        problem: null,
        crossing: null,
        locked: false,
        password: '',
      };
    });
    this.put([...this.items, ...fresh]);
    for (const { key, file, fault } of fresh) {
      if (!fault) looksLocked(file).then((locked) => locked && this.change(key, { locked }));
    }
  }

  /** @param {number} key */
  remove(key) {
    this.aborts.get(key)?.abort();
    this.put(this.items.filter((item) => item.key !== key));
  }

  /** Forget what has been handed in. */
  clear() {
    this.put(this.items.filter((item) => item.phase !== 'done'));
  }

  /** @param {number} key */
  retry(key) {
    this.change(key, { phase: 'waiting', problem: null, share: 0, crossing: null });
  }

  /** How many would be sent by `run`. */
  get waiting() {
    return this.items.filter((item) => item.phase === 'waiting').length;
  }

  /**
   * Send what waits, in order, until nothing waits. A second call while one runs does nothing: the first
   * picks up what was added.
   * @param {Sender} send
   */
  async run(send) {
    if (this.running) return;
    this.running = true;
    try {
      for (;;) {
        const item = this.items.find(({ phase }) => phase === 'waiting');
        if (!item) break;
        await this.one(item, send);
      }
    } finally {
      this.running = false;
    }
  }

  /**
   * @param {Item} item
   * @param {Sender} send
   */
  async one(item, send) {
    const abort = new AbortController();
    this.aborts.set(item.key, abort);
    this.change(item.key, { phase: 'sending', share: 0, problem: null });
    try {
      const crossing = await send(item.file, (share) => this.change(item.key, { share }), abort.signal, item.password);
      this.change(item.key, { phase: 'done', share: 1, crossing, password: '' }); // it has served
    } catch (problem) {
      this.change(item.key, { phase: 'failed', problem });
    } finally {
      this.aborts.delete(item.key);
    }
  }

  /**
   * @param {number} key
   * @param {Partial<Item>} what
   */
  change(key, what) {
    this.put(this.items.map((item) => (item.key === key ? { ...item, ...what } : item)));
  }

  /** @param {Item[]} items */
  put(items) {
    this.items = items;
    this.changed(items);
  }
}

const NEW_OFFICE = /\.(docx|docm|dotx|dotm|xlsx|xlsm|xltx|xltm|pptx|pptm|potx|potm|ppsx|ppsm)$/i;
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * Would this file ask for a password? A new Office document that is no ZIP but an old container is a locked one. Others
 * (OpenDocument, old Office) cannot be told so easily, and say so when they come back.
 * @param {any} file
 * @returns {Promise<boolean>}
 */
export async function looksLocked(file) {
  if (!NEW_OFFICE.test(file.name) || typeof file.slice !== 'function') return false;
  try {
    const head = new Uint8Array(await file.slice(0, COMPOUND.length).arrayBuffer());
    return COMPOUND.every((byte, i) => head[i] === byte);
  } catch {
    return false;
  }
}

/** How many bytes a password takes on its way; the station takes 255. @param {string} password */
export const passwordBytes = (password) => new TextEncoder().encode(password).length;

/**
 * What is missing before anything can be sent: field → message key.
 * @param {{ whom: string, other: string, class: string, reason: string }} form
 * @param {{ asks: string[] }} destination
 * @returns {Record<string, string>}
 */
export function missing(form, destination) {
  /** @type {Record<string, string>} */
  const faults = {};
  if (form.whom === 'other' && form.other.trim() === '') faults.other = 'send.need.for';
  if (destination.asks.includes('class') && form.class === '') faults.class = 'send.need.class';
  if (destination.asks.includes('reason') && form.reason.trim() === '') faults.reason = 'send.need.reason';
  return faults;
}
