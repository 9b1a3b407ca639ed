// SPDX-License-Identifier: Apache-2.0
// rise.js - before something grave is done: who is there, once more. Lasts ten minutes.
// @ts-check
import { asProblem, challenge, enter, get } from '../api.js';
import { tidyCode } from '../code.js';
import { t } from '../i18n.js';
import { html, useEffect, useState } from '../view.js';
import { hasKeys, useKey } from '../webauthn.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { Icon } from './icon.js';
import { ProblemNote } from './note.js';

/** @param {{ onRisen: (session: any) => void, onClose: () => void }} props */
export function Rise({ onRisen, onClose }) {
  const [kinds, setKinds] = useState(/** @type {string[]} */ ([]));
  const [kind, setKind] = useState('password');
  const [secret, setSecret] = useState('');
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  // A key that was only touched stands beside the password.
  const [beside, setBeside] = useState(false);

  useEffect(() => {
    // A password alone raises nothing where there is a second factor.
    get('/factors').then(({ items }) => {
      const has = (/** @type {string} */ which) => items.some((/** @type {any} */ item) => item.kind === which);
      const own = [...(has('totp') ? ['totp'] : []), ...(has('webauthn') && hasKeys() ? ['webauthn'] : [])];
      setKinds(own);
      if (own.length > 0) setKind(own[0]);
    }).catch(() => null);
  }, []);

  const proof = async () => {
    if (kind === 'totp') return { totp: tidyCode(secret) };
    if (kind === 'password') return { password: secret };
    const { ticket, webauthn } = await challenge();
    return { ...(beside ? { password: secret } : {}), webauthn: { ...(await useKey(webauthn)), ticket } };
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onRisen(await enter('/session/rise', await proof()));
    } catch (fault) {
      const told = asProblem(fault);
      const touched = kind === 'webauthn' && told.code === 'second-factor-needed';
      setBeside(beside || touched);
      setProblem(touched ? null : told);
      setSecret('');
      setBusy(false);
    }
  };
  return html`<${Dialog} id="rise-title" title=${t('rise.title')} onClose=${onClose}>
    <p>${t('rise.text')}</p>
    <form class="stack" onSubmit=${submit}>
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      ${kind === 'password' && html`<${Field} key="password" id="rise-password" type="password" label=${t('sign-in.password')} value=${secret} required autofocus
        autocomplete="current-password" maxlength="1024" onInput=${(/** @type {any} */ event) => setSecret(event.target.value)} />`}
      ${kind === 'totp' && html`<${Field} key="totp" id="rise-totp" class="code" label=${t('factor.totp.code')} hint=${t('factor.totp.hint')} value=${secret} required autofocus
        inputmode="numeric" autocomplete="one-time-code" maxlength="12" onInput=${(/** @type {any} */ event) => setSecret(event.target.value)} />`}
      ${kind === 'webauthn' && beside && html`<${Field} key="beside" id="rise-beside" type="password" label=${t('sign-in.password')} hint=${t('rise.beside')} value=${secret} required autofocus
        autocomplete="current-password" maxlength="1024" onInput=${(/** @type {any} */ event) => setSecret(event.target.value)} />`}
      ${kind === 'webauthn' && html`<p>${t('factor.webauthn.ask')}</p>`}
      <div class="row">
        <button type="button" class="button" onClick=${onClose}>${t('dialog.cancel')}</button>
        <button type="submit" class="button main" aria-disabled=${busy ? 'true' : undefined}>${t('rise.submit')}</button>
      </div>
      ${kinds.filter((other) => other !== kind).map((other) => html`<button key=${other} type="button" class="button plain" onClick=${() => {
        setSecret('');
        setProblem(null);
        setKind(other);
      }}><${Icon} name="turn" />${t(`factor.${other}.instead`)}</button>`)}
    </form>
  <//>`;
}
