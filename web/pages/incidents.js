// SPDX-License-Identifier: Apache-2.0
// incidents.js - what somebody has to look into, newest first, with what to do about it.
// @ts-check
import { first, t } from '../i18n.js';
import { Pages } from '../parts/more.js';
import { Empty } from '../parts/note.js';
import { Name, Time } from '../parts/words.js';
import { html } from '../view.js';

/** Which crossing it is about. @param {any} item */
const crossing = (item) => (item.event === 'malware-found' ? item.detail : null);

/** Whom it is about: the envelope's account, or whose factor it was. @param {any} item */
const about = (item) => item.actor ?? (item.event === 'sign-in-spraying' || item.event === 'malware-found' ? null : item.detail);

export function Incidents() {
  return html`<div class="page-head"><div class="stack"><h1 tabindex="-1">${t('incidents.title')}</h1><p>${t('incidents.lead')}</p></div></div>
    <${Pages} path="/incidents" empty=${html`<${Empty} title=${t('incidents.none')} text=${t('incidents.none.text')} />`}>
      ${(/** @type {any[]} */ items) => html`<ul class="cards">${items.map((item, index) => html`<li key=${`${item.time} ${index}`} class="sheet">
        <h2>${first(`incidents.${item.event}`, item.event)}</h2>
        <dl class="facts">
          <dt>${t('incidents.when')}</dt><dd><${Time} at=${item.time} /></dd>
          ${about(item) && html`<dt>${t('incidents.who')}</dt><dd><a class="mono" href="/people/${encodeURIComponent(about(item))}"><${Name} name=${about(item)} /></a></dd>`}
          ${crossing(item) && html`<dt>${t('incidents.crossing')}</dt><dd><a class="mono" href="/crossings/${encodeURIComponent(crossing(item))}">${crossing(item)}</a></dd>`}
        </dl>
        <p>${first(`incidents.${item.event}.do`, item.event)}</p>
      </li>`)}</ul>`}
    <//>`;
}
