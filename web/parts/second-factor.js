// SPDX-License-Identifier: Apache-2.0
// second-factor.js - the second proof of who is there: the code of an authenticator, a key, or a code from
// the sheet of paper. Used at the door and when a session rises.
// @ts-check
import { asProblem } from '../api.js';
import { tidyCode } from '../code.js';
import { t } from '../i18n.js';
import { html, useEffect, useRef, useState } from '../view.js';
import { hasKeys, useKey } from '../webauthn.js';
import { Field } from './field.js';
import { Icon } from './icon.js';
import { ProblemNote } from './note.js';

const CODES = /** @type {const} */ (['totp', 'recovery']);

/**
 * @param {{ factors: string[], webauthn: any, onProof: (proof: any) => Promise<void>, onCancel?: () => void }} props
 * `onProof` throws the problem that is to be shown here
 */
export function SecondFactor({ factors, webauthn, onProof, onCancel }) {
  const usable = factors.filter((kind) => kind !== 'webauthn' || (hasKeys() && webauthn));
  const [kind, setKind] = useState(usable[0] ?? 'totp');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));

  useEffect(() => {
    const field = form.current?.querySelector('input, .main');
    if (field instanceof HTMLElement) field.focus();
  }, [kind]);

  const give = async (/** @type {() => Promise<any>} */ make) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onProof(await make());
    } catch (fault) {
      setProblem(asProblem(fault));
      setCode('');
      setBusy(false);
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    give(async () => (kind === 'webauthn' ? { webauthn: await useKey(webauthn) } : { [kind]: tidyCode(code) }));
  };
  return html`<form ref=${form} class="stack" onSubmit=${submit} autocomplete="off">
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    ${kind === 'webauthn' && html`<p>${t('factor.webauthn.ask')}</p>`}
    ${CODES.includes(/** @type {any} */ (kind)) && html`<${Field} key=${kind} id="second-code" label=${t(`factor.${kind}.code`)} hint=${t(`factor.${kind}.hint`)}
      class="code" required inputmode=${kind === 'totp' ? 'numeric' : 'text'} autocomplete="one-time-code" autocapitalize="none" spellcheck=${false}
      maxlength=${kind === 'totp' ? 12 : 40} value=${code} onInput=${(/** @type {any} */ event) => setCode(event.target.value)} />`}
    <button class="button main big" type="submit" aria-disabled=${busy ? 'true' : undefined}>
      ${busy ? t('sign-in.busy') : t(kind === 'webauthn' ? 'factor.webauthn.use' : 'factor.submit')}
    </button>
    ${usable.filter((other) => other !== kind).map((other) => html`<button key=${other} type="button" class="button" onClick=${() => {
      setProblem(null);
      setCode('');
      setKind(other);
    }}><${Icon} name="turn" />${t(`factor.${other}.instead`)}</button>`)}
    ${onCancel && html`<button type="button" class="button plain" onClick=${onCancel}>${t('factor.back')}</button>`}
  </form>`;
}
