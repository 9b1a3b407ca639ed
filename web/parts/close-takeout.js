// SPDX-License-Identifier: Apache-2.0
// close-takeout.js - the end of a take-out: it came back, it was erased, or it stays out for good.
// @ts-check
import { asProblem, post } from '../api.js';
import { t } from '../i18n.js';
import { say } from '../live.js';
import { html, useState } from '../view.js';
import { Dialog } from './dialog.js';
import { Choices, Field } from './field.js';
import { ProblemNote } from './note.js';

/** @param {{ crossing: any, app: any, onClosed: () => void }} props */
export function Close({ crossing, onClosed }) {
  const [open, setOpen] = useState(false);
  const [how, setHow] = useState('returned');
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  if (!crossing.can.includes('close')) return null;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem(null);
    try {
      await post(`/crossings/${encodeURIComponent(crossing.id)}/close`, { how, ...(note.trim() === '' ? {} : { note: note.trim() }) });
      say(t('takeout.close.done'));
      setOpen(false);
      onClosed();
    } catch (caught) {
      setProblem(asProblem(caught));
    }
  };
  return html`<div class="row"><button type="button" class="button" onClick=${() => setOpen(true)}>${t('takeout.close')}</button></div>
    ${open && html`<${Dialog} id="close-title" title=${t('takeout.close')} onClose=${() => setOpen(false)}>
      <form class="stack" onSubmit=${submit}>
        ${problem && html`<${ProblemNote} problem=${problem} />`}
        <${Choices} legend=${t('takeout.how')} name="how" value=${how} onChange=${setHow}
          options=${['returned', 'erased', 'kept'].map((value) => ({ value, label: t(`takeout.how.${value}`) }))} />
        <${Field} id="close-note" label=${t('takeout.note')} maxlength="100" value=${note} onInput=${(/** @type {any} */ event) => setNote(event.target.value)} />
        <div class="row"><button type="button" class="button" onClick=${() => setOpen(false)}>${t('dialog.cancel')}</button>
          <button type="submit" class="button main">${t('takeout.close')}</button></div>
      </form>
    <//>`}`;
}
