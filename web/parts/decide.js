// SPDX-License-Identifier: Apache-2.0
// decide.js - a section head's consent or refusal. What is sent is the digest that was on the screen: if the
// content is another by then, the station says so and nothing is approved.
// @ts-check
import { Problem, post } from '../api.js';
import { visibleName } from '../format.js';
import { t } from '../i18n.js';
import { say } from '../live.js';
import { html, useRef, useState } from '../view.js';
import { Collect } from './collect.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { ProblemNote } from './note.js';
import { Digest, Name } from './words.js';

/** @param {{ crossing: any, app: any, onDecided: () => void }} props */
export function Decide({ crossing, app, onDecided }) {
  const [open, setOpen] = useState(/** @type {null | 'approve' | 'deny'} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  // The digest that the approver began to read; a later poll may bring another, which must not be approved unseen.
  const shown = useRef(crossing.sha256Out);
  const decide = async (/** @type {'approve' | 'deny'} */ how, /** @type {any} */ body) => {
    setProblem(null);
    try {
      await post(`/crossings/${encodeURIComponent(crossing.id)}/${how}`, body);
      say(t(how === 'approve' ? 'approve.done' : 'deny.done'));
    } catch (fault) {
      setProblem(fault instanceof Problem ? fault : new Problem(0, 'page-fault', String(fault)));
    }
    setOpen(null);
    onDecided();
  };
  const may = (/** @type {string} */ verb) => crossing.can.includes(verb);
  if (!may('approve') && !may('deny')) {
    return problem && html`<${ProblemNote} problem=${problem} />`;
  }
  const name = visibleName(crossing.nameOut || crossing.name);
  return html`<section class="sheet decide" aria-labelledby="decide-title">
    <h2 id="decide-title">${t('approve.heading')}</h2>
    <p>${t('approve.text')}</p>
    <dl class="facts">
      <dt>${t('crossing.name')}</dt><dd><strong><${Name} name=${crossing.nameOut || crossing.name} /></strong></dd>
      <dt>${t('crossing.route')}</dt><dd>${t('crossing.route.value', { from: app.zoneLabel(crossing.from), to: app.zoneLabel(crossing.to) })}</dd>
      <dt>${t('crossing.sender')}</dt><dd>${crossing.sender}</dd>
      <dt>${t('crossing.recipient')}</dt><dd>${crossing.recipient}</dd>
      ${crossing.class && html`<dt>${t('crossing.class')}</dt><dd>${t('send.class.name', { class: crossing.class })}</dd>`}
      ${crossing.takeoutReason && html`<dt>${t('crossing.takeout')}</dt><dd>${crossing.takeoutReason}</dd>`}
      <dt>${t('crossing.digest')}</dt><dd><${Digest} digest=${shown.current} /></dd>
    </dl>
    ${may('examine') && html`<p>${t('approve.look')}</p>`}
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    <div class="row">
      <${Collect} crossing=${crossing} look=${true} main=${false} onCollected=${() => setTimeout(onDecided, 800)} />
      ${may('approve') && html`<button type="button" class="button main" onClick=${() => setOpen('approve')}>${t('approve.submit')}</button>`}
      ${may('deny') && html`<button type="button" class="button bad" onClick=${() => setOpen('deny')}>${t('deny.submit')}</button>`}
    </div>
    ${open === 'approve' && html`<${Dialog} id="approve-title" title=${t('approve.confirm.title')} onClose=${() => setOpen(null)}>
      <p>${t('approve.confirm', { name, zone: app.zoneLabel(crossing.to) })}</p>
      <p>${t('crossing.digest')} <${Digest} digest=${shown.current} /></p>
      <div class="row">
        <button type="button" class="button" onClick=${() => setOpen(null)}>${t('dialog.cancel')}</button>
        <button type="button" class="button main" onClick=${() => decide('approve', { digest: shown.current })}>${t('approve.submit')}</button>
      </div>
    <//>`}
    ${open === 'deny' && html`<${Deny} onClose=${() => setOpen(null)} onDeny=${(/** @type {string} */ reason) => decide('deny', { reason })} />`}
  </section>`;
}

/** @param {{ onClose: () => void, onDeny: (reason: string) => void }} props */
function Deny({ onClose, onDeny }) {
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState('');
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (reason.trim() === '') {
      setFault(t('deny.need'));
      document.getElementById('deny-reason')?.focus();
    } else {
      onDeny(reason.trim());
    }
  };
  return html`<${Dialog} id="deny-title" title=${t('deny.title')} onClose=${onClose}>
    <form onSubmit=${submit} novalidate>
      <${Field} id="deny-reason" kind="textarea" label=${t('deny.reason')} hint=${t('deny.text')} fault=${fault} maxlength="400"
        value=${reason} onInput=${(/** @type {any} */ event) => setReason(event.target.value)} />
      <div class="row">
        <button type="button" class="button" onClick=${onClose}>${t('dialog.cancel')}</button>
        <button type="submit" class="button bad">${t('deny.submit')}</button>
      </div>
    </form>
  <//>`;
}
