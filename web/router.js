// SPDX-License-Identifier: Apache-2.0
// router.js - real addresses for every page, and how a click becomes one.
// @ts-check

/**
 * @typedef {{ page: string, params: Record<string, string>, search: URLSearchParams, path: string }} Route
 */

/** Address patterns and the page each shows. A segment that begins with `:` is a parameter. */
export const ROUTES = [
  ['/', 'crossings'],
  ['/send', 'send'],
  ['/crossings/:id', 'crossing'],
  ['/approvals', 'approvals'],
  ['/takeouts', 'takeouts'],
  ['/notices', 'notices'],
  ['/people', 'people'],
  ['/people/import', 'people-import'],
  ['/people/:name', 'person'],
  ['/organisation', 'organisation'],
  ['/organisation/:code', 'section'],
  ['/proposals', 'proposals'],
  ['/permissions', 'permissions'],
  ['/me', 'me'],
  ['/enrol', 'enrol'],
  ['/incidents', 'incidents'],
  ['/wall', 'wall'],
  ['/overview', 'overview'],
  ['/accounts', 'accounts'],
  ['/policy', 'policy'],
];

/**
 * @param {string} pattern
 * @param {string} path
 * @returns {Record<string, string> | null}
 */
export function match(pattern, path) {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) {
      if (given[index] === '') return null;
      try {
        params[part.slice(1)] = decodeURIComponent(given[index]);
      } catch {
        return null;
      }
    } else if (part !== given[index]) {
      return null;
    }
  }
  return params;
}

/**
 * @param {string} address path and query
 * @returns {Route}
 */
export function resolve(address) {
  const [path, search = ''] = address.split('?', 2);
  for (const [pattern, page] of ROUTES) {
    const params = match(pattern, path);
    if (params) return { page, params, search: new URLSearchParams(search), path };
  }
  return { page: 'missing', params: {}, search: new URLSearchParams(search), path };
}

/** @returns {Route} */
export const here = () => resolve(location.pathname + location.search);

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} tell */
export function onNavigate(tell) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/**
 * @param {string} address
 * @param {{ replace?: boolean }} [how]
 */
export function go(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  for (const tell of listeners) tell();
}

/** Listen to the browser's own buttons and to clicks on links of this station. */
export function startRouter() {
  addEventListener('popstate', () => {
    for (const tell of listeners) tell();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/') || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
