// SPDX-License-Identifier: Apache-2.0
// permissions.js - the one table of who may do what, as the station asks it.
// @ts-check
import { first, t } from '../i18n.js';
import { useOnce } from '../live.js';
import { Loading, ProblemNote } from '../parts/note.js';
import { html } from '../view.js';

export function Permissions() {
  const { data, problem, refresh } = useOnce('/permissions');
  return html`<div class="page-head"><div class="stack"><h1 tabindex="-1">${t('permissions.title')}</h1><p>${t('permissions.lead')}</p></div></div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`<section class="sheet" aria-label=${t('permissions.title')}><div class="scroll" tabindex="0" role="group" aria-label=${t('permissions.title')}><table class="permissions">
      <thead><tr><th scope="col">${t('permissions.verb')}</th>${data.roles.map((/** @type {any} */ one) => html`<th key=${one.role} scope="col">${t(`role.${one.role}`)}${!one.here && html`<br /><span class="soft small">${t('permissions.elsewhere')}</span>`}</th>`)}</tr></thead>
      <tbody>${data.verbs.map((/** @type {any} */ verb) => html`<tr key=${verb.verb}><th scope="row"><span class="soft small">${t(`register.${verb.about}`)}</span><br />${first(`verb.${verb.verb}`, verb.verb)}${verb.raised !== 'no' && html`<br /><span class="soft small">${t('permissions.raised')}</span>`}</th>
        ${data.roles.map((/** @type {any} */ one) => html`<td key=${one.role}><${Cell} scopes=${verb.who[one.role]} /></td>`)}</tr>`)}</tbody>
    </table></div><p class="small soft">${t('permissions.note')}</p></section>`}`;
}

/** @param {{ scopes: string[] }} props */
function Cell({ scopes }) {
  if (scopes.length === 0) return html`<span class="soft" aria-label=${t('permissions.no')}>—</span>`;
  return html`<span class="scopes">${scopes.map((scope) => html`<span key=${scope}>${t(`scope.${scope}`)}</span>`)}</span>`;
}
