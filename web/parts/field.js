// SPDX-License-Identifier: Apache-2.0
// field.js - a labelled field with its hint and its fault, tied together for those who listen.
// @ts-check
import { html } from '../view.js';
import { Icon } from './icon.js';

/**
 * @param {{ id: string, label: string, hint?: string, fault?: string | null, kind?: 'input' | 'textarea' | 'select',
 *           children?: any, [attribute: string]: any }} props
 */
export function Field({ id, label, hint, fault, kind = 'input', children, ...rest }) {
  const told = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined;
  const shared = { id, name: id, 'aria-describedby': told, 'aria-invalid': fault ? 'true' : undefined, ...rest };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<span class="hint" id="${id}-hint">${hint}</span>`}
    ${kind === 'textarea' && html`<textarea ...${shared}></textarea>`}
    ${kind === 'select' && html`<select ...${shared}>${children}</select>`}
    ${kind === 'input' && html`<input ...${shared} />`}
    ${fault && html`<${Fault} id="${id}-fault">${fault}<//>`}
  </div>`;
}

/** @param {{ id?: string, children: any }} props */
export const Fault = ({ id, children }) =>
  html`<span class="fault" id=${id}><${Icon} name="warn" /><span>${children}</span></span>`;

/**
 * Choices as cards, each with a sentence that says what it means.
 * @param {{ legend: string, name: string, value: string, options: { value: string, label: any, hint?: string }[],
 *           onChange: (value: string) => void, disabled?: boolean }} props
 */
export function Choices({ legend, name, value, options, onChange, disabled = false }) {
  return html`<fieldset disabled=${disabled}>
    <legend>${legend}</legend>
    <div class="choices">
      ${options.map(
        (option) => html`<label class="choice" key=${option.value}>
          <input type="radio" name=${name} value=${option.value} checked=${option.value === value}
            onChange=${() => onChange(option.value)} />
          <span><strong>${option.label}</strong>${option.hint && html`<span>${option.hint}</span>`}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}
