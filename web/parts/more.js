// SPDX-License-Identifier: Apache-2.0
// more.js - a list that is read page by page: the first page is kept fresh, the rest is fetched when asked for.
// @ts-check
import { asProblem, get, query } from '../api.js';
import { t } from '../i18n.js';
import { useLive } from '../live.js';
import { html, useState } from '../view.js';
import { Loading, ProblemNote } from './note.js';

const PAGE = 50;

/**
 * @param {{ path: string, ask?: Record<string, any>, every?: number, empty: any, children: (items: any[], refresh: () => void, data: any) => any }} props
 * `children` draws the items read so far. Give the component a key of what is asked, so that it begins anew.
 */
export function Pages({ path, ask = {}, every = 10000, empty, children }) {
  const { data, problem, refresh } = useLive(`${path}${query({ limit: PAGE, ...ask })}`, { every });
  const [older, setOlder] = useState(/** @type {any[]} */ ([]));
  const [next, setNext] = useState(/** @type {string | null | undefined} */ (undefined));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const cursor = next === undefined ? data?.next : next;
  const more = async () => {
    setFault(null);
    try {
      const page = await get(`${path}${query({ limit: PAGE, ...ask, cursor })}`);
      setOlder((was) => [...was, ...page.items]);
      setNext(page.next);
    } catch (caught) {
      setFault(asProblem(caught));
    }
  };
  const items = data ? [...data.items, ...older] : [];
  return html`
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && items.length === 0 && empty}
    ${items.length > 0 && children(items, refresh, data)}
    ${cursor && html`<button type="button" class="button" onClick=${more}>${t('list.more')}</button>`}
    ${fault && html`<${ProblemNote} problem=${fault} retry=${more} />`}`;
}
