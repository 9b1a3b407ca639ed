// SPDX-License-Identifier: Apache-2.0
// sessions.js - where one account is signed in now; one may end each of them.
// @ts-check
import { asProblem, remove } from '../api.js';
import { t } from '../i18n.js';
import { say, useLive } from '../live.js';
import { html, useState } from '../view.js';
import { Icon } from './icon.js';
import { Loading, Note, ProblemNote } from './note.js';
import { Time } from './words.js';

/** @param {{ app: any }} props */
export function Sessions({ app }) {
  const { data, problem, refresh } = useLive('/sessions', { every: 15000 });
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const end = async (/** @type {any} */ one) => {
    setFault(null);
    try {
      await remove(`/sessions/${encodeURIComponent(one.id)}`);
      say(t('sessions.ended'));
    } catch (caught) {
      setFault(asProblem(caught));
    }
    refresh();
  };
  const live = data?.items.filter((/** @type {any} */ one) => !one.ended) ?? [];
  return html`<section class="sheet" aria-labelledby="sessions-title">
    <h2 id="sessions-title">${t('sessions.title')}</h2>
    <p>${t('sessions.text')}</p>
    ${app.otherTerminal && html`<${Note} tone="wait"><p>${t('sessions.other')}</p><//>`}
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${fault && html`<${ProblemNote} problem=${fault} />`}
    ${!data && !problem && html`<${Loading} />`}
    <ul class="things">
      ${live.map((/** @type {any} */ one) => html`<li key=${one.id}>
        <${Icon} name="screen" />
        <div><strong>${one.terminal ?? t('sessions.unknown')}${one.current ? ` (${t('sessions.this')})` : ''}</strong>
          <span class="soft small">${one.address && html`${one.address} <span aria-hidden="true">・</span>`}${t('sessions.since')} <${Time} at=${one.since} />
            <span aria-hidden="true">・</span>${t('sessions.seen')} <${Time} at=${one.lastSeen} /></span></div>
        ${!one.current && html`<button type="button" class="button bad" aria-label=${t('sessions.end.named', { terminal: one.terminal ?? '' })} onClick=${() => end(one)}>${t('sessions.end')}</button>`}
      </li>`)}
    </ul>
  </section>`;
}
