// SPDX-License-Identifier: Apache-2.0
// proposals.js - what takes two administrators: one has asked, another looks and says yes or no.
// @ts-check
import { asProblem, post } from '../api.js';
import { first, t } from '../i18n.js';
import { say } from '../live.js';
import { Pages } from '../parts/more.js';
import { Empty, ProblemNote } from '../parts/note.js';
import { Time } from '../parts/words.js';
import { html, useState } from '../view.js';
import { Whom } from './people-import.js';

/** @param {{ app: any }} props */
export function Proposals({ app }) {
  return html`<div class="page-head"><div class="stack"><h1 tabindex="-1">${t('proposals.title')}</h1><p>${t('proposals.lead')}</p></div></div>
    <${Pages} path="/proposals" empty=${html`<${Empty} title=${t('proposals.none')} text=${t('proposals.none.text')} />`}>
      ${(/** @type {any[]} */ items, /** @type {() => void} */ refresh) => html`<ul class="cards">${items.map((one) => html`<${One} key=${one.id} one=${one} app=${app} onDecided=${refresh} />`)}</ul>`}
    <//>`;
}

/** Simple facts of a proposal, whatever its kind. @param {any} detail @returns {[string, string][]} */
const factsOf = (detail) =>
  Object.entries(detail ?? {}).filter(([, value]) => ['string', 'number'].includes(typeof value) && value !== '').map(([name, value]) => [name, String(value)]);

/** @param {{ one: any, app: any, onDecided: () => void }} props */
function One({ one, app, onDecided }) {
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const decide = async (/** @type {'confirm' | 'deny'} */ how) => {
    setProblem(null);
    try {
      await post(`/proposals/${encodeURIComponent(one.id)}/${how}`);
      say(t(`proposals.${how}.done`));
    } catch (caught) {
      setProblem(asProblem(caught));
    }
    onDecided();
  };
  const title = t(`proposal.${one.kind}`, { subject: one.subject ?? '' });
  return html`<li class="sheet">
    <h2>${title}</h2>
    <div class="row"><span class="state ${one.state === 'open' ? 'wait' : one.state === 'confirmed' ? 'good' : 'bad'}">${t(`proposal.state.${one.state}`)}</span>
      <span class="soft small">${t('proposal.by', { by: one.proposedBy || t('actor.station') })} <${Time} at=${one.proposedAt} /></span></div>
    <dl class="facts">
      ${one.subject && html`<dt>${t('proposal.subject')}</dt><dd><a href="/people/${encodeURIComponent(one.subject)}" class="mono">${one.subject}</a></dd>`}
      ${factsOf(one.detail).map(([name, value]) => html`<dt key=${name}>${first(`proposal.detail.${name}`, name)}</dt><dd>${first(`role.${value}`, value)}</dd>`)}
      ${one.state === 'open' ? html`<dt>${t('proposal.expires')}</dt><dd><${Time} at=${one.expires} /></dd>`
        : html`<dt>${t('proposal.decided')}</dt><dd>${one.decidedBy ?? '—'} <${Time} at=${one.decidedAt} /></dd>`}
    </dl>
    ${['approvers', 'relieved'].map((name) => one.detail?.[name]?.length > 0 && html`<p key=${name}><strong>${t(`proposal.${name}`)}</strong></p><${Whom} people=${one.detail[name]} />`)}
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    ${one.state === 'open' && one.proposedBy === app.account.name && html`<p class="soft">${t('proposal.own')}</p>`}
    ${one.can.length > 0 && html`<div class="row">
      ${one.can.includes('confirm') && html`<button type="button" class="button main" aria-label=${t('proposal.confirm.named', { title })} onClick=${() => decide('confirm')}>${t('proposal.confirm')}</button>`}
      ${one.can.includes('deny') && html`<button type="button" class="button bad" aria-label=${t('proposal.deny.named', { title })} onClick=${() => decide('deny')}>${t(one.proposedBy === app.account.name ? 'proposal.withdraw' : 'proposal.deny')}</button>`}
    </div>`}
  </li>`;
}
