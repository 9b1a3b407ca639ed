// SPDX-License-Identifier: Apache-2.0
// factors.js - one's own proofs: authenticators, keys, the sheet of codes, the password.
// @ts-check
import { asProblem, post, remove, session } from '../api.js';
import { tidyCode } from '../code.js';
import { plural, t } from '../i18n.js';
import { say, useLive } from '../live.js';
import { html, useState } from '../view.js';
import { hasKeys, makeKey } from '../webauthn.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { Icon } from './icon.js';
import { Loading, Note, ProblemNote } from './note.js';
import { Time } from './words.js';

/** @param {{ app: any, onSession: (session: any) => void }} props onSession: the session is another after the first factor */
export function Factors({ app, onSession }) {
  const { data, problem, refresh } = useLive('/factors', { every: 15000 });
  const [open, setOpen] = useState(/** @type {null | 'totp' | 'webauthn' | 'password' | { codes: string[] } | { drop: any }} */ (null));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const close = () => setOpen(null);
  // The first second factor makes an enrolling session a whole one, under another token.
  const stands = async (/** @type {string} */ words) => {
    setOpen(null);
    say(words);
    refresh();
    const now = await session();
    if (now) onSession(now);
  };
  const attempt = async (/** @type {() => Promise<void>} */ act) => {
    setFault(null);
    try {
      await act();
    } catch (caught) {
      setFault(asProblem(caught));
    }
  };
  const newCodes = () => attempt(async () => {
    setOpen(await post('/factors/recovery'));
    refresh();
  });
  const drop = (/** @type {any} */ factor) => attempt(async () => {
    setOpen(null);
    await remove(`/factors/${encodeURIComponent(factor.id)}`);
    say(t('factor.removed'));
    refresh();
  });
  return html`<section class="sheet" aria-labelledby="factors-title">
    <h2 id="factors-title">${t('factors.title')}</h2>
    <p>${t('factors.text')}</p>
    ${app.enrolling && html`<${Note} tone="wait"><p><strong>${t('factors.enrolling')}</strong></p><p>${t('factors.enrolling.text')}</p><//>`}
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${fault && html`<${ProblemNote} problem=${fault} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`<ul class="things">
      ${data.items.map((/** @type {any} */ item) => html`<li key=${item.id}>
        <${Icon} name=${item.kind === 'webauthn' ? 'key' : 'clock'} />
        <div><strong>${item.label || t(`factor.${item.kind}`)}</strong>
          <span class="soft small">${t(`factor.${item.kind}`)}<span aria-hidden="true">・</span>${t('factor.added')} <${Time} at=${item.added} />
            ${item.lastUsed && html`<span aria-hidden="true">・</span>${t('factor.used')} <${Time} at=${item.lastUsed} />`}</span></div>
        <button type="button" class="button" aria-label=${t('factor.remove.named', { label: item.label || t(`factor.${item.kind}`) })}
          onClick=${() => setOpen({ drop: item })}>${t('factor.remove')}</button>
      </li>`)}
      <li><${Icon} name="info" /><div><strong>${t('factor.recovery')}</strong>
        <span class="soft small">${plural('factor.recovery.left', data.recovery.left)}</span></div>
        ${!app.enrolling && html`<button type="button" class="button" onClick=${newCodes}>${t('factor.recovery.new')}</button>`}</li>
      <li><${Icon} name="person" /><div><strong>${t('sign-in.password')}</strong>
        <span class="soft small">${passwordWords(data.password)}</span></div>
        ${!app.enrolling && !data.password.elsewhere && html`<button type="button" class="button" onClick=${() => setOpen('password')}>${t('password.change')}</button>`}</li>
    </ul>`}
    <div class="row">
      <button type="button" class="button main" onClick=${() => setOpen('totp')}><${Icon} name="plus" />${t('factor.totp.add')}</button>
      ${hasKeys() && html`<button type="button" class="button" onClick=${() => setOpen('webauthn')}><${Icon} name="key" />${t('factor.webauthn.add')}</button>`}
    </div>
    ${open === 'totp' && html`<${AddCode} onClose=${close} onDone=${() => stands(t('factor.totp.done'))} />`}
    ${open === 'webauthn' && html`<${AddKey} onClose=${close} onDone=${() => stands(t('factor.webauthn.done'))} />`}
    ${open === 'password' && html`<${Password} onClose=${close} onDone=${() => {
      setOpen(null);
      say(t('password.done'));
      refresh();
    }} />`}
    ${open !== null && typeof open === 'object' && 'codes' in open && html`<${Codes} codes=${open.codes} onClose=${close} />`}
    ${open !== null && typeof open === 'object' && 'drop' in open && html`<${Dialog} id="drop-title" title=${t('factor.remove.title')} onClose=${close}>
      <p>${t('factor.remove.confirm')}</p>
      <div class="row">
        <button type="button" class="button" onClick=${close}>${t('dialog.cancel')}</button>
        <button type="button" class="button bad" onClick=${() => drop(open.drop)}>${t('factor.remove')}</button>
      </div>
    <//>`}
  </section>`;
}

/** @param {{ changed: number | null, elsewhere: boolean }} password */
function passwordWords(password) {
  if (password.elsewhere) return t('password.elsewhere');
  return password.changed ? html`${t('password.changed')} <${Time} at=${password.changed} />` : t('password.never');
}

/** An authenticator: the picture to photograph, then a code that shows it was. @param {{ onClose: () => void, onDone: () => void }} props */
function AddCode({ onClose, onDone }) {
  const [label, setLabel] = useState('');
  const [made, setMade] = useState(/** @type {any} */ (null));
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem(null);
    try {
      if (made) {
        await post(`/factors/totp/${encodeURIComponent(made.id)}/confirm`, { code: tidyCode(code) });
        onDone();
      } else {
        setMade(await post('/factors/totp', label.trim() === '' ? {} : { label: label.trim() }));
      }
    } catch (fault) {
      setProblem(asProblem(fault));
      setCode('');
    }
  };
  return html`<${Dialog} id="totp-title" title=${t('factor.totp.add')} onClose=${onClose}>
    <form class="stack" onSubmit=${submit} autocomplete="off">
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      ${!made && html`<p>${t('factor.totp.add.text')}</p>
        <${Field} id="totp-label" label=${t('factor.label')} hint=${t('factor.label.hint')} autofocus maxlength="60" value=${label} onInput=${(/** @type {any} */ event) => setLabel(event.target.value)} />`}
      ${made && html`<p>${t('factor.totp.scan')}</p>
        <svg class="qr" viewBox="0 0 ${made.qr.size} ${made.qr.size}" role="img" aria-label=${t('factor.totp.qr')}><path d=${made.qr.path} /></svg>
        <details><summary>${t('factor.totp.by-hand')}</summary><p><code class="secret" translate="no">${made.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></p></details>
        <${Field} id="totp-code" class="code" label=${t('factor.totp.code')} hint=${t('factor.totp.confirm.hint')} required inputmode="numeric" autocomplete="off" maxlength="12"
          value=${code} onInput=${(/** @type {any} */ event) => setCode(event.target.value)} />`}
      <div class="row">
        <button type="button" class="button" onClick=${onClose}>${t('dialog.cancel')}</button>
        <button type="submit" class="button main">${t(made ? 'factor.totp.confirm' : 'factor.next')}</button>
      </div>
    </form>
  <//>`;
}

/** @param {{ onClose: () => void, onDone: () => void }} props */
function AddKey({ onClose, onDone }) {
  const [label, setLabel] = useState('');
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem(null);
    try {
      const options = await post('/factors/webauthn');
      const made = await makeKey(options);
      await post('/factors/webauthn/finish', { ticket: options.ticket, ...(label.trim() === '' ? {} : { label: label.trim() }), ...made });
      onDone();
    } catch (fault) {
      setProblem(asProblem(fault));
    }
  };
  return html`<${Dialog} id="key-title" title=${t('factor.webauthn.add')} onClose=${onClose}>
    <form class="stack" onSubmit=${submit} autocomplete="off">
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      <p>${t('factor.webauthn.add.text')}</p>
      <${Field} id="key-label" label=${t('factor.label')} hint=${t('factor.label.hint')} autofocus maxlength="60" value=${label} onInput=${(/** @type {any} */ event) => setLabel(event.target.value)} />
      <div class="row">
        <button type="button" class="button" onClick=${onClose}>${t('dialog.cancel')}</button>
        <button type="submit" class="button main">${t('factor.next')}</button>
      </div>
    </form>
  <//>`;
}

/** Shown once: what was written down is all there is. @param {{ codes: string[], onClose: () => void }} props */
function Codes({ codes, onClose }) {
  return html`<${Dialog} id="codes-title" title=${t('factor.recovery.title')} onClose=${onClose}>
    <p>${t('factor.recovery.text')}</p>
    <ol class="codes">${codes.map((code) => html`<li key=${code}><code translate="no">${code}</code></li>`)}</ol>
    <div class="row">
      <button type="button" class="button" onClick=${() => print()}>${t('factor.recovery.print')}</button>
      <button type="button" class="button main" onClick=${onClose}>${t('factor.recovery.kept')}</button>
    </div>
  <//>`;
}

const BLANK = { old: '', new: '', again: '' };

/** @param {{ onClose: () => void, onDone: () => void }} props */
function Password({ onClose, onDone }) {
  const [values, setValues] = useState(BLANK);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [fault, setFault] = useState('');
  const set = (/** @type {keyof typeof BLANK} */ name) => (/** @type {any} */ event) =>
    setValues((was) => ({ ...was, [name]: event.target.value }));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem(null);
    setFault(values.new === values.again ? '' : t('password.differs'));
    if (values.new !== values.again) return;
    try {
      await post('/factors/password', { old: values.old, new: values.new });
      onDone();
    } catch (caught) {
      setProblem(asProblem(caught));
    }
  };
  return html`<${Dialog} id="password-title" title=${t('password.change')} onClose=${onClose}>
    <form class="stack" onSubmit=${submit}>
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      <${Field} id="password-old" type="password" label=${t('password.old')} required autofocus maxlength="1024" autocomplete="current-password" value=${values.old} onInput=${set('old')} />
      <${Field} id="password-new" type="password" label=${t('password.new')} hint=${t('password.hint')} required maxlength="1024" autocomplete="new-password" value=${values.new} onInput=${set('new')} />
      <${Field} id="password-again" type="password" label=${t('password.again')} fault=${fault} required maxlength="1024" autocomplete="new-password" value=${values.again} onInput=${set('again')} />
      <div class="row">
        <button type="button" class="button" onClick=${onClose}>${t('dialog.cancel')}</button>
        <button type="submit" class="button main">${t('password.change')}</button>
      </div>
    </form>
  <//>`;
}
