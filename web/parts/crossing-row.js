// SPDX-License-Identifier: Apache-2.0
// crossing-row.js - one crossing in a list: what it is, where it is, and the one thing to do with it.
// @ts-check
import { size } from '../format.js';
import { locale, plural, t } from '../i18n.js';
import { tone } from '../state.js';
import { html } from '../view.js';
import { Collect } from './collect.js';
import { Kind, Name, State, Time } from './words.js';

/**
 * Who it is from or for, in the viewer's words.
 * @param {any} crossing
 * @param {any} app
 */
export function partner(crossing, app) {
  const arrived = crossing.box === 'arrived';
  const zone = app.zoneLabel(arrived ? crossing.from : crossing.to);
  const person = arrived ? crossing.sender : crossing.recipient;
  const key = arrived ? 'crossings.from' : 'crossings.to';
  return person === app.account.name ? t(`${key}.self`, { zone }) : t(key, { zone, person: person || '—' });
}

/** @param {{ crossing: any, app: any, children?: any, extra?: any, onCollected?: () => void }} props */
export function CrossingRow({ crossing, app, children, extra, onCollected }) {
  const name = crossing.nameOut || crossing.name;
  const safe = crossing.counts.removed + crossing.counts.replaced;
  return html`<li class="crossing ${crossing.state === 'ready' ? 'ready' : tone(crossing.state)}">
    <${Kind} type=${crossing.typeOut ?? crossing.typeIn} name=${name} />
    <div>
      <h3><a href="/crossings/${crossing.id}"><${Name} name=${name} /></a></h3>
      <div class="under">
        <${State} state=${crossing.state} />
        <span>${partner(crossing, app)}</span>
        <span class="number"><${Time} at=${crossing.created} /></span>
        <span class="number">${size(crossing.bytesOut ?? crossing.bytesIn, locale())}</span>
        ${safe > 0 && html`<span>${plural('crossings.changed', safe)}</span>`}
      </div>
      ${extra}
    </div>
    <div class="acts">
      ${children ?? html`<${Collect} crossing=${crossing} main=${crossing.state === 'ready'} onCollected=${onCollected} />`}
    </div>
  </li>`;
}
