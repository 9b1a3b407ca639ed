// SPDX-License-Identifier: Apache-2.0
// enrol.js - the first time: the code that an administrator handed over in person, and a password: the one that was
// given, or a new one.
// The second factor follows inside (pages/me.js), and nothing else opens before it stands.
// @ts-check
import { asProblem, enter } from '../api.js';
import { t } from '../i18n.js';
import { Door } from '../parts/door.js';
import { Field } from '../parts/field.js';
import { ProblemNote } from '../parts/note.js';
import { go } from '../router.js';
import { html, useState } from '../view.js';

const BLANK = { name: '', code: '', password: '', again: '' };

/** @param {{ info: any, onDone: (session: any) => void }} props */
export function Enrol({ info, onDone }) {
  const [values, setValues] = useState(BLANK);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const set = (/** @type {keyof typeof BLANK} */ name) => (/** @type {any} */ event) =>
    setValues((was) => ({ ...was, [name]: event.target.value }));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    if (values.password !== values.again) {
      setFault(t('password.differs'));
      document.getElementById('enrol-again')?.focus();
      return;
    }
    setFault('');
    setProblem(null);
    setBusy(true);
    try {
      const session = await enter('/enrolment', { name: values.name.trim(), code: values.code.trim(), password: values.password });
      go('/me', { replace: true });
      onDone(session);
    } catch (caught) {
      setProblem(asProblem(caught));
      setBusy(false);
    }
  };
  return html`<${Door} info=${info} heading=${t('enrol.title')}>
    <p>${t('enrol.text')}</p>
    <form onSubmit=${submit} autocomplete="off">
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      <${Field} id="enrol-name" label=${t('sign-in.name')} value=${values.name} onInput=${set('name')} required maxlength="64"
        autocomplete="username" autocapitalize="none" spellcheck=${false} />
      <${Field} id="enrol-code" class="code" label=${t('enrol.code')} hint=${t('enrol.code.hint')} value=${values.code} onInput=${set('code')} required maxlength="64"
        autocapitalize="none" spellcheck=${false} />
      <${Field} id="enrol-password" type="password" label=${t('sign-in.password')} hint=${t('enrol.password.hint')} value=${values.password} onInput=${set('password')}
        required maxlength="1024" autocomplete="new-password" />
      <${Field} id="enrol-again" type="password" label=${t('password.again')} fault=${fault} value=${values.again} onInput=${set('again')}
        required maxlength="1024" autocomplete="new-password" />
      <button class="button main big" type="submit" aria-disabled=${busy ? 'true' : undefined}>${busy ? t('sign-in.busy') : t('enrol.submit')}</button>
    </form>
    <p><a href="/">${t('enrol.back')}</a></p>
  <//>`;
}
