// SPDX-License-Identifier: Apache-2.0
// takeouts.js - the register of what left towards a less trusted zone: to whom, on what, and whether it came back.
// @ts-check
import { t } from '../i18n.js';
import { Pages } from '../parts/more.js';
import { Close } from '../parts/close-takeout.js';
import { Empty } from '../parts/note.js';
import { Day, Name, State, Time } from '../parts/words.js';
import { html } from '../view.js';

const STATES = ['open', 'closed', 'all'];

/** @param {{ app: any, route: import('../router.js').Route }} props */
export function Takeouts({ app, route }) {
  const state = STATES.includes(route.search.get('state') ?? '') ? route.search.get('state') : 'open';
  return html`<div class="page-head"><div class="stack"><h1 tabindex="-1">${t('takeouts.title')}</h1><p>${t('takeouts.lead')}</p></div></div>
    <nav class="row" aria-label=${t('takeouts.title')}><div class="tabs">
      ${STATES.map((name) => html`<a key=${name} href="/takeouts?state=${name}" aria-current=${name === state ? 'page' : undefined}>${t(`takeouts.${name}`)}</a>`)}
    </div></nav>
    <${Pages} key=${state} path="/takeouts" ask=${{ state, limit: null }} empty=${html`<${Empty} title=${t('takeouts.none')} text=${t('takeouts.none.text')} />`}>
      ${(/** @type {any[]} */ items, /** @type {() => void} */ refresh) => html`<ul class="cards">${items.map((one) => html`<li class="sheet" key=${one.id}>
        <h2><a href="/crossings/${one.id}"><${Name} name=${one.nameOut || one.name} /></a></h2>
        <div class="row"><${State} state=${one.state} /><span class="soft small">${one.sender}<span aria-hidden="true">・</span><${Time} at=${one.created} /></span></div>
        <${Facts} crossing=${one} />
        <${Close} crossing=${one} app=${app} onClosed=${refresh} />
      </li>`)}</ul>`}
    <//>`;
}

/** What a take-out says of itself, on its own page too. @param {{ crossing: any }} props */
export function Facts({ crossing }) {
  const { takeout } = crossing;
  if (!takeout) return null;
  const late = takeout.returnBy && !takeout.closed && takeout.returnBy < new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);
  return html`<dl class="facts">
    ${crossing.class && html`<dt>${t('crossing.class')}</dt><dd>${t('send.class.name', { class: crossing.class })}</dd>`}
    ${crossing.takeoutReason && html`<dt>${t('crossing.takeout')}</dt><dd>${crossing.takeoutReason}</dd>`}
    ${takeout.outside && html`<dt>${t('takeout.outside')}</dt><dd>${takeout.outside}</dd>`}
    ${takeout.medium && takeout.medium !== 'none' && html`<dt>${t('takeout.medium')}</dt><dd>${t(`takeout.medium.${takeout.medium}`)}</dd>`}
    ${takeout.returnBy && html`<dt>${t('takeout.return-by')}</dt><dd><${Day} day=${takeout.returnBy} />${late && html` <span class="state bad">${t('takeout.late')}</span>`}</dd>`}
    ${takeout.closed && html`<dt>${t('takeout.closed')}</dt><dd>${t(`takeout.how.${takeout.closed.how}`)} <span class="soft small">${takeout.closed.by ?? ''} <${Time} at=${takeout.closed.at} /></span>
      ${takeout.closed.note && html`<br /><q>${takeout.closed.note}</q>`}</dd>`}
  </dl>`;
}
