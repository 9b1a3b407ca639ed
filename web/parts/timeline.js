// SPDX-License-Identifier: Apache-2.0
// timeline.js - where a crossing has been, where it is, and what is still to come.
// @ts-check
import { first, has, t } from '../i18n.js';
import { steps } from '../state.js';
import { html } from '../view.js';
import { Icon } from './icon.js';
import { Time } from './words.js';

/** @type {Record<string, string>} */
const ICONS = { done: 'check', now: 'dot', bad: 'cross' };

/** @param {{ crossing: any }} props */
export function Timeline({ crossing }) {
  const road = steps(crossing);
  return html`<ol class="timeline">
    ${road.map(({ state, mood, time }, index) => {
      const words = [...(mood === 'done' ? [`state.${state}.${crossing.state}`] : []), `state.${state}.${mood}`];
      const last = index === road.length - 1;
      const speaks = mood === 'now' || mood === 'bad' || (last && mood === 'done');
      return html`<li key=${state} class=${mood} aria-current=${mood === 'now' || (last && mood !== 'next') ? 'step' : undefined}>
        <span class="post">${ICONS[mood] && html`<${Icon} name=${ICONS[mood]} size=${16} />`}</span>
        <strong>${first(...(last && mood === 'done' ? [] : words), `state.${state}`)}</strong>
        ${time ? html`<${Time} at=${time} />` : html`<span></span>`}
        ${speaks && has(`state.${state}.hint`) && html`<p>${t(`state.${state}.hint`)}</p>`}
      </li>`;
    })}
  </ol>`;
}
