// SPDX-License-Identifier: Apache-2.0
// people.js - everybody of the town, to be searched; never all at once.
// @ts-check
import { plural, t } from '../i18n.js';
import { Empty } from '../parts/note.js';
import { Pages } from '../parts/more.js';
import { Search } from '../parts/search.js';
import { html } from '../view.js';

const ROLES = ['staff', 'section-head', 'security-manager', 'auditor', 'administrator'];
const STATES = ['active', 'absent', 'left', 'locked', 'not-enrolled'];

/** @param {{ app: any, route: import('../router.js').Route }} props */
export function People({ app, route }) {
  const whole = ['administrator', 'auditor'].includes(app.account.role);
  const ask = Object.fromEntries(['q', 'role', 'state', 'section'].map((name) => [name, route.search.get(name)]));
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('people.title')}</h1><p>${t('people.lead')}</p></div>
      ${app.account.role === 'administrator' && html`<a class="button main" href="/people/import">${t('import.open')}</a>`}
    </div>
    <${Search} route=${route} label=${t('people.search')} filters=${[
      { name: 'role', label: t('people.role'), options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })) },
      ...(whole ? [{ name: 'state', label: t('people.state'), options: STATES.map((value) => ({ value, label: t(`people.state.${value}`) })) }] : []),
    ]} />
    <${Pages} key=${route.search.toString()} path="/people" ask=${ask} every=${60000} empty=${html`<${Empty} title=${t('people.none')} text=${t('people.none.text')} />`}>
      ${(/** @type {any[]} */ items) => html`<section class="sheet" aria-label=${t('people.title')}>
        <p class="soft small" role="status">${plural('people.shown', items.length)}</p>
        <div class="scroll" tabindex="0" role="group" aria-label=${t('people.title')}><table>
          <thead><tr>${['label', 'section', 'post', 'role', 'state'].map((name) => html`<th key=${name} scope="col">${t(`people.${name}`)}</th>`)}</tr></thead>
          <tbody>${items.map((person) => html`<tr key=${person.name}>
            <td><a href="/people/${encodeURIComponent(person.name)}"><strong>${person.label}</strong></a>${person.kana && html`<br /><span class="soft small">${person.kana}</span>`}</td>
            <td>${person.sectionLabel ?? person.section ?? '—'}</td>
            <td>${person.title ?? '—'}</td>
            <td>${t(`role.${person.role}`)}</td>
            <td>${stateOf(person).map((name) => html`<span key=${name} class="state ${name === 'active' ? 'good' : 'wait'}">${t(`people.state.${name}`)}</span>`)}</td>
          </tr>`)}</tbody>
        </table></div>
      </section>`}
    <//>`;
}

/** @param {any} person @returns {string[]} */
export function stateOf(person) {
  const all = [...(person.locked ? ['locked'] : []), ...(person.absent ? ['absent'] : []), ...(person.enrolled === false ? ['not-enrolled'] : [])];
  return all.length > 0 ? all : ['active'];
}
