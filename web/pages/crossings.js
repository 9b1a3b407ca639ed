// SPDX-License-Identifier: Apache-2.0
// crossings.js - what arrived for me and what I handed in, kept fresh by itself.
// @ts-check
import { get, query } from '../api.js';
import { visibleName } from '../format.js';
import { t } from '../i18n.js';
import { say, useLive } from '../live.js';
import { CrossingRow } from '../parts/crossing-row.js';
import { Icon } from '../parts/icon.js';
import { Empty, Loading, ProblemNote } from '../parts/note.js';
import { reads } from '../parts/shell.js';
import { boxFor, boxesFor, merge, moved } from '../state.js';
import { html, useEffect, useRef, useState } from '../view.js';

const PAGE = 50;

/** @param {{ app: any, route: import('../router.js').Route }} props */
export function Crossings({ app, route }) {
  const box = boxFor(route.search.get('box'), app.zone.trust, app.account.role);
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('crossings.title')}</h1><p>${t(`crossings.${box}.lead`)}</p></div>
      ${!reads(app.account.role) && html`<a class="button main" href="/send"><${Icon} name="up" />${t('nav.send')}</a>`}
    </div>
    <nav class="row" aria-label=${t('crossings.title')}>
      <div class="tabs">
        ${boxesFor(app.account.role).map(
          (name) => html`<a key=${name} href="/?box=${name}" aria-current=${name === box ? 'page' : undefined}>${t(`crossings.${name}`)}</a>`,
        )}
      </div>
      <span class="live">${t('crossings.live')}</span>
    </nav>
    <${Box} key=${box} box=${box} app=${app} />`;
}

/** @param {{ box: string, app: any }} props */
function Box({ box, app }) {
  const { data, problem, loading, refresh } = useLive(`/crossings${query({ box, limit: PAGE })}`);
  const [older, setOlder] = useState(/** @type {any[]} */ ([]));
  const [next, setNext] = useState(/** @type {string | null | undefined} */ (undefined));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const before = useRef(/** @type {any[] | null} */ (null));
  const list = data ? merge(older, data.items) : [];
  const cursor = next === undefined ? data?.next : next;

  useEffect(() => {
    if (!data) return;
    const news = before.current ? moved(before.current, data.items) : [];
    before.current = data.items;
    if (news.length > 0) {
      say(news.slice(0, 3).map((item) => t('crossings.moved', {
        name: visibleName(item.nameOut || item.name),
        state: t(`state.${item.state}`),
      })).join(' '));
    }
  }, [data]);

  const more = async () => {
    setFault(null);
    try {
      const page = await get(`/crossings${query({ box, limit: PAGE, cursor })}`);
      setOlder((was) => merge(was, page.items));
      setNext(page.next);
    } catch (problem) {
      setFault(problem);
    }
  };

  return html`
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${loading && html`<${Loading} />`}
    ${data && list.length === 0 && html`<${Empty} title=${t(`crossings.${box}.empty.title`)} text=${t(`crossings.${box}.empty.text`)}
      picture=${box === 'sent' ? '/image/hand-in.svg' : '/image/empty.svg'}>
      ${box === 'sent' && !reads(app.account.role) && html`<a class="button main" href="/send">${t('nav.send')}</a>`}
    <//>`}
    ${list.length > 0 && html`<section aria-labelledby="list-title">
      <h2 class="unseen" id="list-title">${t(`crossings.${box}`)}</h2>
      <ul class="crossings">
        ${list.map((crossing) => html`<${CrossingRow} key=${crossing.id} crossing=${crossing} app=${app} onCollected=${() => setTimeout(refresh, 800)} />`)}
      </ul>
    </section>`}
    ${cursor && html`<button type="button" class="button" onClick=${more}>${t('crossings.more')}</button>`}
    ${fault && html`<${ProblemNote} problem=${fault} retry=${more} />`}`;
}
