// SPDX-License-Identifier: Apache-2.0
// api.js - the one way to the station: JSON, problem details (RFC 9457), the CSRF token, and what happens
// when the session ends. Spec: data/openapi.json.
// @ts-check
import { retryAfter, wireName } from './format.js';
import { fill, has, t } from './i18n.js';

const BASE = '/api/v1';

/**
 * An answer that is not what was asked for, in words for a person.
 */
export class Problem extends Error {
  /**
   * @param {number} status 0: the station could not be reached
   * @param {string} code kebab-case, as in the problem details
   * @param {string} [detail] the station's own sentence, where there are no words for the code
   * @param {number | null} [wait] seconds to wait before another try
   * @param {any} [told] what else the station said: members of the problem details
   */
  constructor(status, code, detail = '', wait = null, told = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.wait = wait;
    this.told = told;
  }

  /** One sentence in the language in use. */
  get words() {
    for (const key of [`problem.${this.code}`, `problem.status.${this.status}`]) {
      if (has(key)) return t(key);
    }
    return this.detail || fill(t('problem.other'), { status: this.status });
  }
}

let csrf = '';
/** Whose session this page was drawn for. */
let holder = '';
/** @type {null | ((name?: string) => Promise<void>)} shows the sign-in again and resolves when it is done */
let renew = null;

/** @param {(name?: string) => Promise<void>} ask */
export const onSessionEnd = (ask) => {
  renew = ask;
};

/** @type {null | (() => Promise<boolean>)} asks for another proof of who is there; false: not now */
let prove = null;

/** @param {() => Promise<boolean>} ask */
export const onRiseNeeded = (ask) => {
  prove = ask;
};

/** Anything thrown, as a problem that has words. @param {unknown} fault */
export const asProblem = (fault) => (fault instanceof Problem ? fault : new Problem(0, 'page-fault', String(fault)));

/**
 * Problem from what the station said.
 * @param {number} status
 * @param {string} text
 * @param {string | null} wait Retry-After
 */
export function problemFrom(status, text, wait) {
  if (status === 0) return new Problem(0, 'offline');
  /** @type {any} */
  let told = {};
  try {
    told = JSON.parse(text) ?? {};
  } catch {
    // A proxy in front may answer with a page of its own; the status still says enough.
  }
  const code = typeof told.code === 'string' ? told.code : `status-${status}`;
  const detail = typeof told.detail === 'string' ? told.detail : typeof told.title === 'string' ? told.title : '';
  return new Problem(status, code, detail, retryAfter(wait), told);
}

/**
 * @typedef {{ method?: string, body?: unknown, etag?: string | null, quiet?: boolean, signal?: AbortSignal, file?: File }} Options
 * `quiet`: a 401 is an answer like any other (the first look at the session, the sign-in itself)
 * `file`: the body is a file's bytes, its name goes in a header
 */

/**
 * @param {string} path below /api/v1
 * @param {Options} [options]
 * @returns {Promise<{ status: number, data: any, etag: string | null }>}
 */
export async function ask(path, { method = 'GET', body, etag = null, quiet = false, signal, file } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-Sekisho-CSRF'] = csrf;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (etag) headers['If-None-Match'] = etag;
  if (file) {
    headers['Content-Type'] = 'application/octet-stream';
    headers['X-Sekisho-Name'] = encodeURIComponent(wireName(file.name));
  }
  let answer;
  let text = '';
  try {
    answer = await fetch(BASE + path, {
      method,
      headers,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal,
    });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'offline');
  }
  if (answer.status === 401 && !quiet && renew) {
    await renew();
    return ask(path, { method, body, etag, quiet: true, signal, file });
  }
  if (answer.status === 304) return { status: 304, data: null, etag };
  if (!answer.ok) {
    const problem = problemFrom(answer.status, text, answer.headers.get('Retry-After'));
    const again = !quiet && ((problem.code === 'csrf' && (await freshToken())) || (problem.code === 'rise-needed' && ((await prove?.()) ?? false)));
    if (again) return ask(path, { method, body, etag, quiet: true, signal, file });
    throw problem;
  }
  let data = null;
  if (text !== '') {
    try {
      data = JSON.parse(text);
    } catch {
      throw new Problem(answer.status, 'unreadable');
    }
  }
  return { status: answer.status, data, etag: answer.headers.get('ETag') };
}

/** @param {string} path */
export const get = async (path) => (await ask(path)).data;

/**
 * @param {string} path
 * @param {unknown} [body]
 */
export const post = async (path, body) => (await ask(path, { method: 'POST', body })).data;

/** @param {string} path @param {unknown} body */
export const put = async (path, body) => (await ask(path, { method: 'PUT', body })).data;

/** @param {string} path */
export const remove = async (path) => (await ask(path, { method: 'DELETE' })).data;

/** @param {string} path @param {File} file */
export const sendFile = async (path, file) => (await ask(path, { method: 'POST', file })).data;

/** @param {any} data a session */
function hold(data) {
  csrf = data.csrf;
  holder = data.account.name;
  return data;
}

/**
 * The token is another's or an old one: somebody signed in anew in another window of this browser. The same
 * person goes on with the new token; for another person the page must not act under the name it shows.
 * @returns {Promise<boolean>} whether to try once more
 */
async function freshToken() {
  const before = holder;
  const now = await session();
  if (now && now.account.name !== before) location.reload();
  return now !== null && now.account.name === before;
}

/**
 * The session, or null where nobody is signed in.
 */
export async function session() {
  try {
    const { data } = await ask('/session', { quiet: true });
    return hold(data);
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return null;
    throw problem;
  }
}

/**
 * @param {string} name
 * @param {string} password
 */
export const signIn = (name, password) => enter('/session', { name, password });

/**
 * Every way in and up: what comes back is the session that holds from now on.
 * @param {'/session' | '/session/rise' | '/enrolment'} path
 * @param {any} proof
 */
export async function enter(path, proof) {
  const { data } = await ask(path, { method: 'POST', body: proof, quiet: true });
  return hold(data);
}

/** A challenge for whatever passkey the browser holds. */
export const challenge = async () => (await ask('/session/challenge', { method: 'POST', body: {}, quiet: true })).data;

export async function signOut() {
  await ask('/session', { method: 'DELETE', quiet: true }).catch(() => null);
  csrf = '';
}

/**
 * Query string of what is set.
 * @param {Record<string, string | number | null | undefined>} values
 */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)]))}`;
}

/** Where a browser fetches the content of a crossing; the answer is a download. @param {string} id */
export const contentAddress = (id) => `${BASE}/crossings/${encodeURIComponent(id)}/content`;

/**
 * Hand in one file. XMLHttpRequest, because fetch cannot tell how far an upload has come.
 * @param {File} file
 * @param {Record<string, string | number | null>} where to, for, as, class, reason
 * @param {(share: number) => void} progress 0…1
 * @param {AbortSignal} [signal]
 * @param {string} [password] of a locked document; in a header, since addresses are written down
 * @returns {Promise<any>} the crossing
 */
export function handIn(file, where, progress, signal, password = '') {
  const attempt = () =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${BASE}/crossings${query(where)}`);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('X-Sekisho-Name', encodeURIComponent(wireName(file.name)));
      request.setRequestHeader('X-Sekisho-CSRF', csrf);
      if (password !== '') request.setRequestHeader('X-Sekisho-Password', encodeURIComponent(password));
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) progress(event.loaded / Math.max(1, event.total));
      };
      request.onload = () => {
        if (request.status !== 201) {
          reject(problemFrom(request.status, request.responseText, request.getResponseHeader('Retry-After')));
          return;
        }
        try {
          resolve(JSON.parse(request.responseText));
        } catch {
          reject(new Problem(request.status, 'unreadable'));
        }
      };
      request.onerror = () => reject(new Problem(0, 'upload-cut'));
      request.onabort = () => reject(new Problem(0, 'cancelled'));
      signal?.addEventListener('abort', () => request.abort(), { once: true });
      request.send(file);
    });
  return attempt().catch(async (problem) => {
    if (problem.status === 401 && renew) await renew();
    else if (problem.code !== 'csrf' || !(await freshToken())) throw problem;
    return attempt();
  });
}
