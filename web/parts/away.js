// SPDX-License-Identifier: Apache-2.0
// away.js - when somebody is absent, and who decides in their place. For oneself and, for those who may, for others.
// @ts-check
import { asProblem, post, remove } from '../api.js';
import { t } from '../i18n.js';
import { say } from '../live.js';
import { html, useState } from '../view.js';
import { Field } from './field.js';
import { ProblemNote } from './note.js';
import { Day } from './words.js';

/** @param {{ person: any, onChanged: () => void }} props person: GET /people/{name} with details */
export function Away({ person, onChanged }) {
  return html`${person.can.includes('absence') && html`<${Periods} kind="absence" path="/absences" person=${person} items=${person.absences ?? []} onChanged=${onChanged} />`}
    ${person.can.includes('deputy') && html`<${Periods} kind="deputy" path="/deputies" person=${person} items=${person.deputies ?? []} onChanged=${onChanged} />`}`;
}

const BLANK = { deputy: '', from: '', until: '' };

/** @param {{ kind: 'absence' | 'deputy', path: string, person: any, items: any[], onChanged: () => void }} props */
function Periods({ kind, path, person, items, onChanged }) {
  const [values, setValues] = useState(BLANK);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const set = (/** @type {keyof typeof BLANK} */ name) => (/** @type {any} */ event) =>
    setValues((was) => ({ ...was, [name]: event.target.value }));
  const attempt = async (/** @type {() => Promise<any>} */ act, /** @type {string} */ words) => {
    setProblem(null);
    try {
      await act();
      say(words);
      setValues(BLANK);
      onChanged();
    } catch (caught) {
      setProblem(asProblem(caught));
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const days = { from: values.from, until: values.until };
    const body = kind === 'deputy' ? { for: person.name, deputy: values.deputy.trim().toLowerCase(), ...days } : { person: person.name, ...days };
    attempt(() => post(path, body), t(`away.${kind}.added`));
  };
  return html`<section class="sheet" aria-labelledby="${kind}-title">
    <h2 id="${kind}-title">${t(`away.${kind}.title`)}</h2>
    <p>${t(`away.${kind}.text`)}</p>
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    ${items.length > 0 && html`<ul class="things">${items.map((item) => html`<li key=${item.id}>
      <span></span>
      <div>${item.deputy && html`<strong>${item.deputyLabel ?? item.deputy}</strong> `}<span class="number"><${Day} day=${item.from} /> – <${Day} day=${item.until} /></span></div>
      <button type="button" class="button" aria-label=${t(`away.${kind}.end.named`, { from: item.from })}
        onClick=${() => attempt(() => remove(`${path}/${encodeURIComponent(item.id)}`), t(`away.${kind}.ended`))}>${t(`away.${kind}.end`)}</button>
    </li>`)}</ul>`}
    <form class="stack" onSubmit=${submit} autocomplete="off">
      <div class="form-grid">
        ${kind === 'deputy' && html`<${Field} id="deputy-name" label=${t('away.deputy.name')} required maxlength="64" autocapitalize="none" spellcheck=${false}
          value=${values.deputy} onInput=${set('deputy')} />`}
        <${Field} id="${kind}-from" type="date" label=${t('period.from')} required value=${values.from} onInput=${set('from')} />
        <${Field} id="${kind}-until" type="date" label=${t('period.until')} required value=${values.until} onInput=${set('until')} />
      </div>
      <div class="row"><button type="submit" class="button">${t(`away.${kind}.add`)}</button></div>
    </form>
  </section>`;
}
