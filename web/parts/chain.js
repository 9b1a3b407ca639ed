// SPDX-License-Identifier: Apache-2.0
// chain.js - whose consents a crossing needs, one after the other, and whose it has.
// @ts-check
import { t } from '../i18n.js';
import { html } from '../view.js';
import { Icon } from './icon.js';
import { Time } from './words.js';

/** @param {{ approval: any }} props */
export function Chain({ approval }) {
  const steps = approval?.steps ?? [];
  if (steps.length === 0) return null;
  return html`<ol class="chain" aria-label=${t('chain.label')}>
    ${steps.map((/** @type {any} */ step, /** @type {number} */ index) => html`<li key=${index} class=${step.state}>
      <${Icon} name=${step.state === 'done' ? 'check' : step.state === 'open' ? 'clock' : 'dot'} size=${16} />
      <span><strong>${t(`role.${step.role}`)}</strong>
        ${step.state === 'done' ? html` <span class="small soft">${step.onBehalfOf ? t('chain.for', { by: step.by, other: step.onBehalfOf }) : step.by} <${Time} at=${step.at} /></span>`
          : html` <span class="small soft">${t(`chain.${step.state}`)}</span>`}</span>
    </li>`)}
  </ol>
  ${approval.expires && html`<p class="small soft">${t('chain.expires')} <${Time} at=${approval.expires} /></p>`}`;
}
