// SPDX-License-Identifier: Apache-2.0
// notices.js - what one was told: quiet, newest first, read once seen.
// @ts-check
import { post } from '../api.js';
import { plural, t } from '../i18n.js';
import { useEffect } from '../view.js';
import { Icon } from '../parts/icon.js';
import { Pages } from '../parts/more.js';
import { Empty } from '../parts/note.js';
import { Name, Time } from '../parts/words.js';
import { html } from '../view.js';

/** Where each kind leads, beside a crossing's own page. @type {Record<string, string>} */
const PLACES = { 'proposal-waits': '/proposals', 'approval-waits': '/approvals', 'other-terminal': '/me', 'break-glass': '/incidents', spraying: '/incidents', malware: '/incidents', role: '/me', rights: '/people' };

export function Notices() {
  return html`<div class="page-head"><div class="stack"><h1 tabindex="-1">${t('notices.title')}</h1><p>${t('notices.lead')}</p></div></div>
    <${Pages} path="/notices" every=${5000} empty=${html`<${Empty} title=${t('notices.none')} text=${t('notices.none.text')} />`}>
      ${(/** @type {any[]} */ items, /** @type {() => void} */ refresh) => html`<${List} items=${items} onRead=${refresh} />`}
    <//>`;
}

/** @param {{ items: any[], onRead: () => void }} props */
function List({ items, onRead }) {
  const newest = items[0].id;
  const unread = items.some((item) => !item.read);
  useEffect(() => {
    // Seen for a moment is read; a page that was only passed by is not.
    if (!unread) return undefined;
    const timer = setTimeout(() => post('/notices/read', { until: newest }).then(onRead).catch(() => null), 3000);
    return () => clearTimeout(timer);
  }, [newest, unread]);
  return html`<ul class="cards">${items.map((item) => {
    const place = item.crossing ? `/crossings/${item.crossing.id}` : PLACES[item.kind];
    const words = plural(`notice.${item.kind}`, item.count ?? 1);
    return html`<li key=${item.id} class="sheet notice ${item.read ? '' : 'new'}"><${Icon} name=${item.read ? 'check' : 'bell'} />
      <div>${place ? html`<a href=${place}><strong>${words}</strong></a>` : html`<strong>${words}</strong>`}
        <span class="soft small">${item.crossing?.name && html`<${Name} name=${item.crossing.name} /> <span aria-hidden="true">・</span>`}<${Time} at=${item.time} /></span></div></li>`;
  })}</ul>`;
}
