// SPDX-License-Identifier: Apache-2.0
// people-import.js - the list of an office: looked at first, every bad row named, then done.
// @ts-check
import { asProblem, query, sendFile } from '../api.js';
import { first, lang, plural, side, t } from '../i18n.js';
import { say } from '../live.js';
import { Choices, Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Note, ProblemNote } from '../parts/note.js';
import { html, useState } from '../view.js';

/** Today in Japan, as the field wants it. */
const today = () => new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);

export function PeopleImport() {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [on, setOn] = useState(today());
  const [missing, setMissing] = useState('stay');
  const [busy, setBusy] = useState(false);
  const [seen, setSeen] = useState(/** @type {any} */ (null));
  const [done, setDone] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const ask = async (/** @type {'check' | 'apply'} */ what) => {
    if (!file || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const answer = await sendFile(`/people/import${query({ on, missing, do: what })}`, file);
      setSeen(answer);
      if (what === 'apply' && answer.errors.length === 0) {
        setDone(answer);
        say(t(answer.proposal ? 'import.proposed' : 'import.done'));
      }
    } catch (caught) {
      setProblem(asProblem(caught));
    }
    setBusy(false);
  };
  const anew = () => {
    setSeen(null);
    setDone(null);
  };
  return html`<p><a class="row" href="/people"><${Icon} name="back" />${t('people.back')}</a></p>
    <div class="page-head"><div class="stack"><h1 tabindex="-1">${t('import.title')}</h1><p>${t('import.lead')}</p></div></div>
    <form class="sheet stack" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      ask('check');
    }}>
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      <${Field} id="import-file" type="file" label=${t('import.file')} hint=${t('import.file.hint')} accept=".csv,.tsv,.xlsx" required onChange=${(/** @type {any} */ event) => {
        setFile(event.target.files[0] ?? null);
        anew();
      }} />
      <${Field} id="import-on" type="date" label=${t('import.on')} hint=${t('import.on.hint')} required value=${on} onInput=${(/** @type {any} */ event) => {
        setOn(event.target.value);
        anew();
      }} />
      <${Choices} legend=${t('import.missing')} name="missing" value=${missing} onChange=${(/** @type {string} */ value) => {
        setMissing(value);
        anew();
      }} options=${['stay', 'leave'].map((value) => ({ value, label: t(`import.missing.${value}`), hint: t(`import.missing.${value}.hint`) }))} />
      <div class="row"><button type="submit" class="button ${seen ? '' : 'main'}" aria-disabled=${busy ? 'true' : undefined}>${busy ? t('import.busy') : t('import.check')}</button></div>
    </form>
    ${seen && html`<${Seen} answer=${seen} />`}
    ${seen && seen.errors.length === 0 && !done && html`<div class="row"><button type="button" class="button main big" onClick=${() => ask('apply')}>
      ${t(seen.changes.takesTwo ? 'import.propose' : 'import.apply')}</button></div>`}
    ${done && html`<${Note} tone=${done.proposal ? 'wait' : 'good'}><p><strong>${t(done.proposal ? 'import.proposed' : 'import.done')}</strong></p>
      ${done.proposal && html`<p><a href="/proposals">${t('nav.proposals')}</a></p>`}<//>`}`;
}

/** @param {{ answer: any }} props */
function Seen({ answer }) {
  const { errors, changes, ignored } = answer;
  return html`<section class="sheet" aria-labelledby="seen-title"><h2 id="seen-title">${t('import.seen')}</h2>
    ${errors.length > 0 && html`<${Note} tone="bad" role="alert"><p><strong>${plural('import.errors', errors.length)}</strong> ${t('import.errors.text')}</p><//>
      <div class="scroll" tabindex="0" role="group" aria-label=${t('import.seen')}><table>
        <thead><tr>${['row', 'column', 'value', 'why'].map((name) => html`<th key=${name} scope="col">${t(`import.${name}`)}</th>`)}</tr></thead>
        <tbody>${errors.map((/** @type {any} */ error, /** @type {number} */ index) => html`<tr key=${index}>
          <td class="number">${[error.sheet, error.row || '—'].filter(Boolean).join(' ')}</td><td>${error.column ?? '—'}</td><td><bdi translate="no">${error.value}</bdi></td><td>${side(error.message)}</td></tr>`)}</tbody>
      </table></div>`}
    ${changes && html`<dl class="figures">${['added', 'moved', 'left', 'unchanged', 'sections', 'posts'].map((name) => html`<div class="figure" key=${name}>
      <dt>${t(`import.${name}`)}</dt><dd>${new Intl.NumberFormat(lang()).format(changes[name])}</dd></div>`)}</dl>`}
    ${changes?.approvers.length > 0 && html`<${Note} tone="wait"><p><strong>${t('import.approvers')}</strong></p>
      <${Whom} people=${changes.approvers} /><//>`}
    ${changes?.relieved.length > 0 && html`<${Note} tone="wait"><p><strong>${t('import.relieved')}</strong></p><${Whom} people=${changes.relieved} /><//>`}
    ${ignored?.length > 0 && html`<p class="soft small">${t('import.ignored')}: ${ignored.join(t('list.and'))}</p>`}
  </section>`;
}

/** Who comes to decide, or no longer does. @param {{ people: any[] }} props */
export function Whom({ people }) {
  return html`<ul>${people.map((one, index) => html`<li key=${index}>${one.label} (<bdi class="mono" translate="no">${one.name}</bdi>): ${[one.section, one.title].filter(Boolean).join(' ')} ${first(`role.${one.role}`, one.role)}</li>`)}</ul>`;
}
