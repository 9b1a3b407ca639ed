// SPDX-License-Identifier: Apache-2.0
// accounts.js - who may sign in to this zone: list, add, lock, unlock.
// @ts-check
import { Problem, post } from '../api.js';
import { t } from '../i18n.js';
import { say } from '../live.js';
import { Dialog } from '../parts/dialog.js';
import { Choices, Field } from '../parts/field.js';
import { Pages } from '../parts/more.js';
import { Note, ProblemNote } from '../parts/note.js';
import { Time } from '../parts/words.js';
import { html, useRef, useState } from '../view.js';

const ROLES = ['staff', 'section-head', 'security-manager', 'auditor', 'administrator'];
const BLANK = { name: '', label: '', role: 'staff', section: '', password: '' };

/** @param {{ app: any }} props */
export function Accounts({ app }) {
  const writes = app.account.role === 'administrator';
  const again = useRef(() => {});
  const [fault, setFault] = useState(/** @type {Problem | null} */ (null));
  const [locking, setLocking] = useState(/** @type {any} */ (null));
  const change = async (/** @type {any} */ account, /** @type {'lock' | 'unlock'} */ how) => {
    setFault(null);
    setLocking(null);
    try {
      await post(`/accounts/${encodeURIComponent(account.name)}/${how}`);
      say(t(`accounts.${how}ed.done`, { label: account.label }));
    } catch (caught) {
      setFault(caught instanceof Problem ? caught : new Problem(0, 'page-fault', String(caught)));
    }
    again.current();
  };
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('accounts.title')}</h1><p>${t('accounts.lead')}</p></div>
    </div>
    ${fault && html`<${ProblemNote} problem=${fault} />`}
    <${Pages} path="/accounts" every=${15000} empty=${null}>
      ${(/** @type {any[]} */ items, /** @type {() => void} */ refresh) => {
        again.current = refresh;
        return html`<section class="sheet" aria-label=${t('accounts.title')}>
          <div class="scroll" tabindex="0" role="group" aria-label=${t('accounts.title')}><table>
            <thead><tr>${['label', 'name', 'section', 'role', 'created', 'state'].map((name) => html`<th key=${name}>${t(`accounts.${name}`)}</th>`)}</tr></thead>
            <tbody>${items.map((account) => html`<${Row} key=${account.name} account=${account} writes=${writes && account.name !== app.account.name}
              onLock=${() => setLocking(account)} onUnlock=${() => change(account, 'unlock')} />`)}</tbody>
          </table></div>
        </section>`;
      }}
    <//>
    ${locking && html`<${Dialog} id="lock-title" title=${t('accounts.lock.named', locking)} onClose=${() => setLocking(null)}>
      <p>${t('accounts.lock.confirm')}</p>
      <div class="row">
        <button type="button" class="button" onClick=${() => setLocking(null)}>${t('dialog.cancel')}</button>
        <button type="button" class="button bad" onClick=${() => change(locking, 'lock')}>${t('accounts.lock')}</button>
      </div>
    <//>`}
    ${writes && html`<${Add} onAdded=${() => again.current()} />`}`;
}

/** @param {{ account: any, writes: boolean, onLock: () => void, onUnlock: () => void }} props */
const Row = ({ account, writes, onLock, onUnlock }) => html`<tr>
  <td><a href="/people/${encodeURIComponent(account.name)}"><strong>${account.label}</strong></a></td>
  <td class="mono">${account.name}</td>
  <td>${account.sectionLabel ?? account.section ?? '—'}</td>
  <td>${t(`role.${account.role}`)}</td>
  <td class="clock"><${Time} at=${account.created} /></td>
  <td><div class="row">
    <span class="state ${account.locked ? 'bad' : 'good'}">${t(account.locked ? 'accounts.locked' : 'accounts.active')}</span>
    ${writes && (account.locked
      ? html`<button type="button" class="button" aria-label=${t('accounts.unlock.named', account)} onClick=${onUnlock}>${t('accounts.unlock')}</button>`
      : html`<button type="button" class="button" aria-label=${t('accounts.lock.named', account)} onClick=${onLock}>${t('accounts.lock')}</button>`)}
  </div></td>
</tr>`;

/** @param {{ onAdded: () => void }} props */
function Add({ onAdded }) {
  const [values, setValues] = useState(BLANK);
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [waits, setWaits] = useState(false);
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) =>
    setValues((was) => ({ ...was, [name]: event.target.value }));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem(null);
    try {
      const { password, ...rest } = values;
      const made = await post('/accounts', { ...rest, section: values.section.trim() || null, label: values.label.trim(), ...(password === '' ? {} : { password }) });
      say(t('accounts.added', { label: values.label }));
      setWaits(Boolean(made.proposal));
      setValues(BLANK);
      onAdded();
    } catch (fault) {
      setProblem(fault instanceof Problem ? fault : new Problem(0, 'page-fault', String(fault)));
    }
  };
  return html`<section class="sheet" aria-labelledby="add-title">
    <h2 id="add-title">${t('accounts.add')}</h2>
    <form class="stack" onSubmit=${submit} autocomplete="off">
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      ${waits && html`<${Note} tone="wait"><p>${t('role.proposed')} <a href="/proposals">${t('nav.proposals')}</a></p><//>`}
      <div class="form-grid">
        <${Field} id="account-label" label=${t('accounts.label')} required maxlength="100" value=${values.label} onInput=${set('label')} />
        <${Field} id="account-section" label=${t('accounts.section')} maxlength="100" value=${values.section} onInput=${set('section')} />
        <${Field} id="account-name" label=${t('accounts.name')} hint=${t('accounts.name.hint')} required maxlength="64" pattern="[a-z0-9][a-z0-9._\\-]*"
          autocapitalize="none" spellcheck=${false} value=${values.name} onInput=${set('name')} />
        <${Field} id="account-password" type="password" label=${t('accounts.password')} hint=${t('accounts.password.hint')}
          maxlength="1024" autocomplete="new-password" value=${values.password} onInput=${set('password')} />
      </div>
      <${Choices} legend=${t('accounts.role')} name="role" value=${values.role} onChange=${(/** @type {string} */ role) => setValues((was) => ({ ...was, role }))}
        options=${ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))} />
      <div class="row"><button type="submit" class="button main">${t('accounts.add.submit')}</button></div>
    </form>
  </section>`;
}
