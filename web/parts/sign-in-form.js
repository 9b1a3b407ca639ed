// SPDX-License-Identifier: Apache-2.0
// sign-in-form.js - name and password, at the door and again when a session has ended.
// @ts-check
import { Problem, signIn } from '../api.js';
import { t } from '../i18n.js';
import { html, useEffect, useRef, useState } from '../view.js';
import { Field } from './field.js';
import { ProblemNote } from './note.js';

/** @param {{ fixedName?: string, onDone: (session: any) => void, children?: any }} props */
export function SignInForm({ fixedName, onDone, children }) {
  const [name, setName] = useState(fixedName ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
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

  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy || problem?.wait) return;
    setBusy(true);
    setProblem(null);
    try {
      onDone(await signIn(name.trim(), password));
    } catch (fault) {
      setProblem(fault instanceof Problem ? fault : new Problem(0, 'page-fault', String(fault)));
      setPassword('');
    } finally {
      setBusy(false);
    }
  };

  return html`<form ref=${first} onSubmit=${submit}>
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
    ${children}
  </form>`;
}
