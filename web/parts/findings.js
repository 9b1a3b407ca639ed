// SPDX-License-Identifier: Apache-2.0
// findings.js - what was taken out, replaced and kept, in sentences, with the places for those who ask.
// @ts-check
import { gather, members } from '../findings.js';
import { visibleName } from '../format.js';
import { has, plural, side, t } from '../i18n.js';
import { html } from '../view.js';
import { Note } from './note.js';

/** As many places stand open; more fold away. */
const SHOWN = 2;

/** @param {{ report: any }} props */
export function Findings({ report }) {
  if (report.findings.length === 0) return html`<p>${t('crossing.findings.none')}</p>`;
  const refused = report.result === 'refused';
  const [whole, ...inside] = members(report.findings, report.typeOut === 'zip');
  return html`<div class="findings">
    <${Sums} parts=${gather(report.findings, refused)} />
    <${Parts} parts=${gather(whole.findings, refused)} name="whole" />
    ${inside.length > 0 && html`<section class="members" aria-labelledby="found-inside">
      <h3 id="found-inside">${t('finding.members')}</h3>
      ${inside.map((member, index) => html`<${Member} key=${member.path.join('/')} member=${member} refused=${refused} name=${`member-${index}`} />`)}
    </section>`}
    ${report.findingsCut && html`<${Note}><p>${t('crossing.findings.cut')}</p><//>`}
  </div>`;
}

/** @param {{ parts: import('../findings.js').Part[] }} props */
const Sums = ({ parts }) => html`<span class="sums">${parts.map(({ action, count }) => html`<span class="sum ${action}" key=${action}>${t(`finding.sum.${action}`, { count })}</span>`)}</span>`;

/** @param {{ parts: import('../findings.js').Part[], name: string, of?: string }} props `of`: the id of what they belong to */
const Parts = ({ parts, name, of = '' }) => parts.map(
  ({ action, groups }) => html`<section class="part ${action}" key=${action} aria-labelledby=${`${of} found-${name}-${action}`.trim()}>
    <h3 id="found-${name}-${action}">${t(`finding.${action}`)}</h3>
    <p>${t(`finding.${action}.means`)}</p>
    <ul>${groups.map((group) => html`<${Found} key=${group.element} group=${group} />`)}</ul>
  </section>`,
);

/** One file of an archive: folded, but for one that did not come through.
 * @param {{ member: ReturnType<typeof members>[number], refused: boolean, name: string }} props */
function Member({ member, refused, name }) {
  const parts = gather(member.findings, refused);
  const why = `reason.${member.lost}`;
  return html`<details class="member ${member.lost ? 'lost' : ''}" open=${member.lost !== ''}>
    <summary><span translate="no" id=${name}>${member.path.map((step, index) => html`${index > 0 && html`<span class="soft"> › </span>`}<bdi>${visibleName(step)}</bdi>`)}</span>
      ${member.lost ? html`<span class="sums"><span class="sum refused">${t('finding.member.lost')}</span></span>` : html`<${Sums} parts=${parts} />`}</summary>
    ${member.lost && html`<p>${has(why) ? t(why) : member.lost}</p>`}
    <${Parts} parts=${parts} name=${name} of=${name} />
  </details>`;
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
