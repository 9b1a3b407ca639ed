// SPDX-License-Identifier: Apache-2.0
// sign-in-form.js - name and password, then the second factor; or a passkey alone. At the door, and again
// when a session has ended.
// @ts-check
import { Problem, asProblem, challenge, enter, signIn } from '../api.js';
import { t } from '../i18n.js';
import { html, useEffect, useRef, useState } from '../view.js';
import { hasKeys, useKey } from '../webauthn.js';
import { Field } from './field.js';
import { Icon } from './icon.js';
import { ProblemNote } from './note.js';
import { SecondFactor } from './second-factor.js';

/** After these the ticket is spent: one begins again with the password. */
const SPENT = ['ticket-unknown', 'locked'];

/** @param {{ fixedName?: string, keys?: boolean, onDone: (session: any) => void, children?: any }} props keys: offer a passkey alone */
export function SignInForm({ fixedName, keys = false, onDone, children }) {
  const [second, setSecond] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const begin = (/** @type {Problem | null} */ why) => {
    setSecond(null);
    setProblem(why);
  };
  if (!second) {
    return html`<${First} fixedName=${fixedName} keys=${keys} why=${problem} onDone=${onDone} onSecond=${setSecond}>${children}<//>`;
  }
  return html`<div class="stack">
    <p><strong>${t('factor.title')}</strong> ${t('factor.text')}</p>
    <${SecondFactor} factors=${second.factors} webauthn=${second.webauthn} onCancel=${() => begin(null)}
      onProof=${async (/** @type {any} */ proof) => {
        try {
          onDone(await enter('/session', { ticket: second.ticket, ...proof }));
        } catch (fault) {
          if (!SPENT.includes(asProblem(fault).code)) throw fault;
          begin(asProblem(fault));
        }
      }} />
  </div>`;
}

/** @param {{ fixedName?: string, keys: boolean, why: Problem | null, onDone: (session: any) => void, onSecond: (told: any) => void, children?: any }} props */
function First({ fixedName, keys, why, onDone, onSecond, children }) {
  const [name, setName] = useState(fixedName ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(why);
  const first = useRef(/** @type {HTMLFormElement | null} */ (null));

  useEffect(() => {
    // In a dialog the browser puts the focus where `autofocus` says, when it opens.
    const field = fixedName === undefined ? first.current?.querySelector('[name=name]') : null;
    if (field instanceof HTMLElement) field.focus();
  }, []);
  // A wait that the station asked for counts down before one's eyes.
  useEffect(() => {
    if (!problem?.wait) return undefined;
    const timer = setTimeout(() => {
      const left = (problem.wait ?? 1) - 1;
      setProblem(left > 0 ? new Problem(problem.status, problem.code, problem.detail, left) : null);
    }, 1000);
    return () => clearTimeout(timer);
  }, [problem]);

  const attempt = async (/** @type {() => Promise<any>} */ come) => {
    if (busy || problem?.wait) return;
    setBusy(true);
    setProblem(null);
    try {
      onDone(await come());
    } catch (caught) {
      const fault = asProblem(caught);
      if (fault.code === 'second-factor-needed') {
        onSecond(fault.told);
        return;
      }
      setProblem(fault);
      setPassword('');
    }
    setBusy(false);
  };
  const byKey = () =>
    attempt(async () => {
      const { ticket, webauthn } = await challenge();
      return enter('/session', { ticket, webauthn: await useKey(webauthn, { alone: true }) });
    });

  return html`<form ref=${first} onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    attempt(() => signIn(name.trim(), password));
  }}>
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    <${Field} id="sign-in-name" name="name" label=${t('sign-in.name')} value=${name} readonly=${fixedName !== undefined} required
      autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="64"
      onInput=${(/** @type {any} */ event) => setName(event.target.value)} />
    <${Field} id="sign-in-password" name="password" label=${t('sign-in.password')} type=${shown ? 'text' : 'password'} value=${password} required
      autocomplete="current-password" maxlength="1024"
      autofocus=${fixedName !== undefined}
      onInput=${(/** @type {any} */ event) => setPassword(event.target.value)} />
    <label class="check">
      <input type="checkbox" checked=${shown} onChange=${() => setShown(!shown)} />${t('sign-in.show')}
    </label>
    <button class="button main big" type="submit" aria-disabled=${busy || problem?.wait ? 'true' : undefined}>
      ${busy ? t('sign-in.busy') : t('sign-in.submit')}
    </button>
    ${keys && hasKeys() && html`<button class="button" type="button" onClick=${byKey}><${Icon} name="key" />${t('sign-in.key')}</button>`}
    ${children}
  </form>`;
}
