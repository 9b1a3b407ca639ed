// SPDX-License-Identifier: Apache-2.0
// overview.js - the station on one page, for the two people who look after it.
// @ts-check
import { size } from '../format.js';
import { first, lang, locale, plural, t } from '../i18n.js';
import { useLive, useOnce } from '../live.js';
import { Loading, Note, ProblemNote } from '../parts/note.js';
import { Digest, Name, State, Time } from '../parts/words.js';
import { html } from '../view.js';
import { actor } from './crossing.js';
import { Sentences } from './policy.js';

/** Below this share the free space is a worry. */
const LOW = 0.1;

export function Overview() {
  const { data, problem, refresh } = useLive('/overview', { every: 5000 });
  const events = useLive('/events?limit=12', { every: 5000 });
  const policy = useOnce('/policy');
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('overview.title')}</h1><p>${t('overview.lead')}</p></div>
      <span class="live">${t('crossings.live')}</span>
    </div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`
      <${Health} data=${data} />
      <div class="tiles">
        <${Tile} id="today" title=${t('overview.today')}>
          <dl class="figures">
            ${['received', 'delivered', 'refused'].map((name) => html`<${Figure} key=${name} label=${t(`overview.today.${name}`)} value=${data.today[name]} />`)}
          </dl>
        <//>
        <${Tile} id="queues" title=${t('overview.queues')}><${Queues} queues=${data.queues} /><//>
        <${Tile} id="refusals" title=${t('overview.refusals')}><${Refusals} refusals=${data.refusals} /><//>
        <${Tile} id="roles" title=${t('overview.roles')}><${Roles} roles=${data.roles} /><//>
        <${Tile} id="seal" title=${t('overview.seal')}>
          <dl class="figures">
            <${Figure} label=${t('overview.seal.size')} value=${data.seal.size} />
            <${Figure} label=${t('overview.seal.unsealed')} value=${data.seal.unsealed} />
          </dl>
          <p>${t('overview.seal.last')}: ${data.seal.lastCheckpoint ? html`<${Time} at=${data.seal.lastCheckpoint} />` : t('overview.seal.never')}</p>
          <p class="small soft">${t('overview.seal.hint')}</p>
        <//>
        <${Tile} id="disk" title=${t('overview.disk')}>
          <progress max=${data.disk.total} value=${data.disk.total - data.disk.free} aria-label=${t('overview.disk')}></progress>
          <p>${t('overview.disk.value', { total: size(data.disk.total, locale()), free: size(data.disk.free, locale()) })}</p>
          <p><a href="/accounts">${t('overview.accounts')}</a>: <span class="number">${data.accounts}</span></p>
        <//>
      </div>`}
    <${Tile} id="events" title=${t('overview.events')}>
      ${events.problem && html`<${ProblemNote} problem=${events.problem} retry=${events.refresh} />`}
      ${events.data && html`<${Events} items=${events.data.items} />`}
    <//>
    <${Tile} id="policy" title=${t('overview.policy')}>
      ${policy.data && html`<details>
        <summary>${plural('overview.policy.count', policy.data.sentences[lang()].length)}</summary>
        <${Sentences} sentences=${policy.data.sentences} />
      </details>`}
      ${data && html`<p class="small soft">${t('overview.policy.loaded')} <${Time} at=${data.policy.loaded} />
        <span aria-hidden="true">・</span>${t('crossing.digest')} <${Digest} digest=${data.policy.digest} /></p>`}
    <//>`;
}

/** @param {{ id: string, title: string, children: any }} props */
const Tile = ({ id, title, children }) =>
  html`<section class="sheet" aria-labelledby="tile-${id}"><h2 id="tile-${id}">${title}</h2>${children}</section>`;

/** @param {{ label: string, value: number }} props */
const Figure = ({ label, value }) =>
  html`<div class="figure"><dt>${label}</dt><dd>${new Intl.NumberFormat(locale()).format(value)}</dd></div>`;

/** The one line that is to be read on a busy morning. @param {{ data: any }} props */
function Health({ data }) {
  const dead = data.roles.filter((/** @type {any} */ role) => !role.alive);
  const low = data.disk.total > 0 && data.disk.free / data.disk.total < LOW;
  return html`${dead.length > 0
    ? html`<${Note} tone="bad" role="alert"><p><strong>${t('overview.some-dead')}</strong>: ${dead.map((/** @type {any} */ role) => roleName(role.name)).join(t('list.and'))}</p><//>`
    : html`<${Note} tone="good"><p><strong>${t('overview.all-well')}</strong></p><//>`}
  ${low && html`<${Note} tone="wait"><p><strong>${t('overview.disk.low')}</strong></p><//>`}`;
}

/** @param {{ queues: Record<string, number> }} props */
function Queues({ queues }) {
  const some = Object.entries(queues).filter(([, count]) => count > 0);
  if (some.length === 0) return html`<p class="soft">${t('overview.queues.none')}</p>`;
  return html`<table><tbody>
    ${some.map(([state, count]) => html`<tr key=${state}><td><${State} state=${state} /></td><td class="number">${count}</td></tr>`)}
  </tbody></table>`;
}

/** @param {{ refusals: { reason: string, count: number }[] }} props */
function Refusals({ refusals }) {
  if (refusals.length === 0) return html`<p class="soft">${t('overview.refusals.none')}</p>`;
  const most = Math.max(...refusals.map(({ count }) => count));
  return html`<ul class="bars">
    ${refusals.map(({ reason, count }) => html`<li key=${reason}>
      <span>${first(`reason.${reason}`, 'reason.receiver')}</span><span class="number">${count}</span>
      <progress max=${most} value=${count} aria-label=${first(`reason.${reason}`, 'reason.receiver')}></progress>
    </li>`)}
  </ul>`;
}

/** @param {string} name */
const roleName = (name) => first(`role-name.${name}`, name);

/** @param {{ roles: { name: string, alive: boolean, since: number }[] }} props */
function Roles({ roles }) {
  return html`<ul class="stack">
    ${roles.map((role) => html`<li class="row" key=${role.name}>
      <span class="state ${role.alive ? 'good' : 'bad'}">${t(role.alive ? 'overview.role.alive' : 'overview.role.dead')}</span>
      <strong>${roleName(role.name)}</strong>
      <span class="small soft number"><${Time} at=${role.since} /></span>
    </li>`)}
  </ul>`;
}

/** @param {{ items: any[] }} props */
function Events({ items }) {
  if (items.length === 0) return html`<p class="soft">${t('overview.events.none')}</p>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${t('overview.events')}><table>
    <thead><tr><th>${t('crossing.records.time')}</th><th>${t('crossing.records.event')}</th><th>${t('crossing.records.actor')}</th><th>${t('overview.crossing')}</th></tr></thead>
    <tbody>
      ${items.map((item, index) => html`<tr key=${`${item.time} ${index}`}>
        <td class="clock"><${Time} at=${item.time} /></td>
        <td>${first(`event.${item.event}`, item.event)}${item.detail && html` <span class="soft small"><${Name} name=${first(`reason.${item.detail}`, item.detail)} /></span>`}</td>
        <td><${Name} name=${actor(item.actor)} /></td>
        <td>${item.crossing && html`<a class="mono" href="/crossings/${item.crossing}">${item.crossing.slice(-8)}</a>`}</td>
      </tr>`)}
    </tbody>
  </table></div>`;
}
