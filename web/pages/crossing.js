// SPDX-License-Identifier: Apache-2.0
// crossing.js - one crossing, whole: what it is, where it is, what was made safe, and what can be done now.
// @ts-check
import { size } from '../format.js';
import { first, has, locale, t, typeLabel } from '../i18n.js';
import { useLive, useOnce } from '../live.js';
import { Chain } from '../parts/chain.js';
import { Close } from '../parts/close-takeout.js';
import { Collect } from '../parts/collect.js';
import { Decide } from '../parts/decide.js';
import { Findings } from '../parts/findings.js';
import { Icon } from '../parts/icon.js';
import { Loading, Note, ProblemNote } from '../parts/note.js';
import { Timeline } from '../parts/timeline.js';
import { Digest, Kind, Name, State, Time } from '../parts/words.js';
import { isOver } from '../state.js';
import { html } from '../view.js';
import { Facts } from './takeouts.js';

/** States in which there is a report to read. */
const EXAMINED = new Set(['held', 'offered', 'passed', 'ready', 'delivered', 'refused', 'denied']);

/** @param {{ app: any, route: import('../router.js').Route }} props */
export function Crossing({ app, route }) {
  const path = `/crossings/${encodeURIComponent(route.params.id)}`;
  const { data: crossing, problem, refresh } = useLive(path, { until: (data) => isOver(data.state) && data.state !== 'delivered' });
  const ready = crossing && EXAMINED.has(crossing.state);
  if (!crossing) {
    return html`<${Back} /><h1 tabindex="-1">${t('crossing.title')}</h1>
      ${problem ? html`<${ProblemNote} problem=${problem} retry=${problem.status === 404 ? undefined : refresh} />` : html`<${Loading} />`}`;
  }
  const name = crossing.nameOut || crossing.name;
  return html`<${Back} />
    <div class="sheet">
      <div class="crossing-head">
        <${Kind} type=${crossing.typeOut ?? crossing.typeIn} name=${name} />
        <div class="stack">
          <h1 tabindex="-1"><${Name} name=${name} /></h1>
          <div class="row"><${State} state=${crossing.state} />
            <span class="soft">${t('crossing.route.value', { from: app.zoneLabel(crossing.from), to: app.zoneLabel(crossing.to) })}</span></div>
        </div>
        ${crossing.state !== 'held' && html`<${Collect} crossing=${crossing} big=${true} main=${crossing.state === 'ready'} onCollected=${() => setTimeout(refresh, 800)} />`}
      </div>
      ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
      <${Ending} crossing=${crossing} />
    </div>
    <${Decide} key=${crossing.id} crossing=${crossing} app=${app} onDecided=${refresh} />
    <div class="two">
      <div>
        <section class="sheet" aria-labelledby="findings-title">
          <h2 id="findings-title">${t(crossing.state === 'refused' ? 'crossing.findings.refused' : 'crossing.findings')}</h2>
          ${ready ? html`<${Report} key=${crossing.state} path=${path} />` : html`<p class="soft">${t('crossing.findings.wait')}</p>`}
        </section>
        <${Records} crossing=${crossing} />
      </div>
      <div>
        <section class="sheet" aria-labelledby="timeline-title">
          <h2 id="timeline-title">${t('crossing.timeline')}</h2>
          <${Timeline} crossing=${crossing} />
          <${Chain} approval=${crossing.approval} />
        </section>
        ${crossing.takeout && html`<section class="sheet" aria-labelledby="takeout-title">
          <h2 id="takeout-title">${t('takeout.title')}</h2>
          <${Facts} crossing=${crossing} />
          <${Close} crossing=${crossing} app=${app} onClosed=${refresh} />
        </section>`}
        <${About} crossing=${crossing} app=${app} />
      </div>
    </div>`;
}

const Back = () => html`<p><a class="row" href="/"><${Icon} name="back" />${t('crossing.back')}</a></p>`;

/** Why it ended badly, and what to do next. @param {{ crossing: any }} props */
function Ending({ crossing }) {
  if (crossing.state === 'denied') {
    return html`<${Note} tone="bad">
      <p><strong>${t('state.denied.hint')}</strong></p>
      ${crossing.note && html`<p>${t('deny.given')}: <q>${crossing.note}</q></p>`}
      <p>${t('reason.denied.next')}</p>
    <//>`;
  }
  if (crossing.state !== 'refused') return null;
  // What was made harmless here was refused over there: the other station says no more than that.
  const there = crossing.box === 'sent' && crossing.typeOut;
  const reason = !there && crossing.reason && has(`reason.${crossing.reason}`) ? crossing.reason : 'receiver';
  // Some kinds of file have an answer of their own to "what now?".
  const kind = `reason.${reason}.next.${crossing.typeIn}`;
  return html`<${Note} tone="bad">
    <p><span class="unseen">${t('reason.title')}: </span><strong>${t(`reason.${reason}`)}</strong></p>
    <p>${t('reason.next')}: ${t(has(kind) ? kind : `reason.${reason}.next`)}</p>
    ${reason === 'encrypted' && !has(kind) && crossing.box === 'sent' && html`<p><a href="/send">${t('reason.encrypted.again')}</a></p>`}
  <//>`;
}

/** @param {{ path: string }} props */
function Report({ path }) {
  const { data, problem, refresh } = useOnce(`${path}/report`);
  if (problem?.status === 409 || problem?.status === 404) return html`<p class="soft">${t('crossing.findings.wait')}</p>`;
  if (problem) return html`<${ProblemNote} problem=${problem} retry=${refresh} />`;
  if (!data) return html`<${Loading} />`;
  if (data.result === 'refused' && data.findings.length === 0) return html`<p>${t('state.refused.hint')}</p>`;
  return html`<${Findings} report=${data} />`;
}

/** @param {{ crossing: any, app: any }} props */
function About({ crossing, app }) {
  const types = [crossing.typeIn, crossing.typeOut].filter(Boolean);
  const type = new Set(types).size === 2
    ? t('crossing.type.becomes', { in: typeLabel(types[0]), out: typeLabel(types[1]) })
    : typeLabel(types[0]) || '—';
  const bytes = [crossing.bytesIn, crossing.bytesOut].filter((n) => n !== null && n > 0).map((n) => size(n, locale()));
  const person = (/** @type {string} */ who) => (who === app.account.name ? t('crossing.self', { label: app.account.label }) : who || '—');
  return html`<section class="sheet" aria-labelledby="about-title">
    <h2 id="about-title">${t('crossing.about')}</h2>
    <dl class="facts">
      ${crossing.nameOut && crossing.nameOut !== crossing.name && html`<dt>${t('crossing.name')}</dt><dd><${Name} name=${crossing.name} /></dd>`}
      <dt>${t('crossing.type')}</dt><dd>${type}</dd>
      <dt>${t('crossing.size')}</dt><dd class="number">${[...new Set(bytes)].join(' → ') || '—'}</dd>
      <dt>${t('crossing.level')}</dt><dd>${crossing.level || crossing.levelAsked ? t(`level.${crossing.level ?? crossing.levelAsked}`) : '—'}</dd>
      <dt>${t('crossing.sender')}</dt><dd>${person(crossing.sender)}</dd>
      <dt>${t('crossing.recipient')}</dt><dd>${person(crossing.recipient)}</dd>
      ${!crossing.takeout && crossing.takeoutReason && html`<dt>${t('crossing.takeout')}</dt><dd>${crossing.takeoutReason}</dd>`}
      ${crossing.approval?.by && crossing.state !== 'denied' && html`<dt>${t('nav.approvals')}</dt><dd>${crossing.approval.by} <${Time} at=${crossing.approval.at} /></dd>`}
      ${crossing.expires && html`<dt>${t('crossing.expires')}</dt><dd><${Time} at=${crossing.expires} /></dd>`}
      ${crossing.sha256Out && html`<dt>${t('crossing.digest')}</dt><dd><${Digest} digest=${crossing.sha256Out} /></dd>`}
    </dl>
  </section>`;
}

/** @param {{ crossing: any }} props */
function Records({ crossing }) {
  return html`<section class="sheet"><details>
    <summary><strong>${t('crossing.records')}</strong></summary>
    <div class="stack">
      <div class="scroll" tabindex="0" role="group" aria-label=${t('crossing.records')}>
        <table>
          <thead><tr><th>${t('crossing.records.time')}</th><th>${t('crossing.records.event')}</th><th>${t('crossing.records.actor')}</th></tr></thead>
          <tbody>
            ${(crossing.history ?? []).map((/** @type {any} */ act, /** @type {number} */ index) => html`<tr key=${index}>
              <td class="clock"><${Time} at=${act.time} full=${true} /></td>
              <td>${first(`event.${act.event}`, `state.${act.state}`)}</td>
              <td>${actor(act.actor)}</td>
            </tr>`)}
          </tbody>
        </table>
      </div>
      <p class="small soft">${t('crossing.digest.hint')}</p>
      <dl class="facts small">
        <dt>${t('crossing.digest.in')}</dt><dd><${Digest} digest=${crossing.sha256In} /></dd>
        <dt>${t('crossing.digest.out')}</dt><dd><${Digest} digest=${crossing.sha256Out} /></dd>
        <dt>${t('crossing.digest.policy')}</dt><dd><${Digest} digest=${crossing.policyDigest} /></dd>
      </dl>
    </div>
  </details></section>`;
}

/** A person, or the station itself where nobody is named. @param {string | null} name */
export const actor = (name) => name || t('actor.station');
