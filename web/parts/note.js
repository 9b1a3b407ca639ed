// SPDX-License-Identifier: Apache-2.0
// note.js - a message that stands on the page: something went wrong, something to know, nothing here yet.
// @ts-check
import { span } from '../format.js';
import { plural, t } from '../i18n.js';
import { html } from '../view.js';
import { Icon } from './icon.js';

const ICONS = { good: 'check', bad: 'stop', wait: 'warn', busy: 'info' };

/** @param {{ tone?: 'good' | 'bad' | 'wait' | 'busy', role?: string, children: any }} props */
export function Note({ tone = 'busy', role, children }) {
  return html`<div class="note ${tone}" role=${role}><${Icon} name=${ICONS[tone]} /><div>${children}</div></div>`;
}

/** How long to wait, in the largest fitting unit. @param {number} seconds */
export function waitWords(seconds) {
  const { unit, count } = span(seconds);
  return plural(`problem.wait.${unit}`, count);
}

/**
 * A problem in plain words, what to wait for, and the way on.
 * @param {{ problem: import('../api.js').Problem, retry?: () => void }} props
 */
export function ProblemNote({ problem, retry }) {
  return html`<${Note} tone="bad" role="alert">
    <p><strong>${problem.words}</strong></p>
    ${problem.wait !== null && html`<p>${waitWords(problem.wait)}</p>`}
    ${retry && html`<button type="button" class="button" onClick=${retry}>${t('problem.retry')}</button>`}
  <//>`;
}

/** @param {{ title: string, text: string, picture?: string, children?: any }} props */
export function Empty({ title, text, picture = '/image/empty.svg', children }) {
  return html`<div class="sheet empty">
    <img src=${picture} alt="" width="160" height="120" />
    <h2>${title}</h2>
    <p>${text}</p>
    ${children}
  </div>`;
}

export const Loading = () => html`<p class="soft" role="status">${t('app.loading')}</p>`;
