// SPDX-License-Identifier: Apache-2.0
// findings.js - what was taken out, replaced and kept, in sentences, with the places for those who ask.
// @ts-check
import { gather } from '../findings.js';
import { visibleName } from '../format.js';
import { has, plural, side, t } from '../i18n.js';
import { html } from '../view.js';
import { Note } from './note.js';

/** As many places stand open; more fold away. */
const SHOWN = 2;

/** @param {{ report: any }} props */
export function Findings({ report }) {
  const parts = gather(report.findings);
  if (parts.length === 0) return html`<p>${t('crossing.findings.none')}</p>`;
  return html`<div class="findings">
    <p class="sums">${parts.map(({ action, count }) => html`<span class="sum ${action}" key=${action}>${t(`finding.sum.${action}`, { count })}</span>`)}</p>
    ${parts.map(
      ({ action, groups }) => html`<section class="part ${action}" key=${action} aria-labelledby="found-${action}">
        <h3 id="found-${action}">${t(`finding.${action}`)}</h3>
        <p>${t(`finding.${action}.means`)}</p>
        <ul>${groups.map((group) => html`<${Found} key=${group.element} group=${group} />`)}</ul>
      </section>`,
    )}
    ${report.findingsCut && html`<${Note}><p>${t('crossing.findings.cut')}</p><//>`}
  </div>`;
}

/** @param {{ group: import('../findings.js').Group }} props */
function Found({ group }) {
  const why = `finding.why.${group.element}`;
  const places = html`<ul>
    ${group.places.map((place) => html`<li key=${place}><code translate="no"><bdi>${visibleName(place)}</bdi></code></li>`)}
  </ul>`;
  return html`<li class="found">
    <strong>${plural(`finding.say.${group.action}`, group.count, { label: side(group.label) })}</strong>
    ${has(why) && html`<span class="why">${t(why)}</span>`}
    ${group.places.length > 0 &&
    html`<div class="places">
      ${group.places.length <= SHOWN
        ? html`<span class="unseen">${t('finding.place')}</span>${places}`
        : html`<details><summary>${plural('finding.places', group.places.length)}</summary>${places}</details>`}
    </div>`}
  </li>`;
}
