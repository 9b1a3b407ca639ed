// SPDX-License-Identifier: Apache-2.0
// person.js - one person: posts, absences, deputies; for administrators also the way in.
// @ts-check
import { asProblem, post, remove } from '../api.js';
import { t } from '../i18n.js';
import { say, useLive } from '../live.js';
import { Away } from '../parts/away.js';
import { Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Loading, Note, ProblemNote } from '../parts/note.js';
import { Day, Time } from '../parts/words.js';
import { html, useState } from '../view.js';
import { stateOf } from './people.js';

const ROLES = ['staff', 'section-head', 'security-manager', 'auditor', 'administrator'];

/** @param {{ app: any, route: import('../router.js').Route }} props */
export function Person({ app, route }) {
  const path = `/people/${encodeURIComponent(route.params.name)}`;
  const { data: person, problem, refresh } = useLive(path, { every: 15000 });
  if (!person) {
    return html`<h1 tabindex="-1">${t('people.title')}</h1>${problem ? html`<${ProblemNote} problem=${problem} />` : html`<${Loading} />`}`;
  }
  const facts = [
    ['people.name', html`<span class="mono">${person.name}</span>`],
    ['people.number', person.number],
    ['people.mail', person.mail],
    ['people.role', t(`role.${person.role}`)],
    ['people.password', person.passwordElsewhere && t('people.password.elsewhere')],
    ['people.joins', person.joins && html`<${Day} day=${person.joins} />`],
    ['people.leaves', person.leaves && html`<${Day} day=${person.leaves} />`],
  ].filter(([, value]) => value);
  return html`<p><a class="row" href="/people"><${Icon} name="back" />${t('people.back')}</a></p>
    <div class="page-head"><div class="stack"><h1 tabindex="-1">${person.label}</h1><p>${[person.kana, person.sectionLabel ?? person.section, person.title].filter(Boolean).join('・')}</p></div>
      <div class="row">${stateOf(person).map((name) => html`<span key=${name} class="state ${name === 'active' ? 'good' : 'wait'}">${t(`people.state.${name}`)}</span>`)}</div></div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    <section class="sheet" aria-labelledby="person-about"><h2 id="person-about">${t('people.about')}</h2>
      <dl class="facts">${facts.map(([key, value]) => html`<dt key=${key}>${t(/** @type {string} */ (key))}</dt><dd>${value}</dd>`)}</dl></section>
    <${Tenures} items=${person.tenures} />
    ${app.account.role === 'administrator' && person.name !== app.account.name && html`<${WayIn} person=${person} onChanged=${refresh} />`}
    ${person.can.includes('role') && person.name !== app.account.name && html`<${Role} person=${person} onChanged=${refresh} />`}
    ${person.absences && html`<${Away} person=${person} onChanged=${refresh} />`}`;
}

/** @param {{ items: any[] }} props */
const Tenures = ({ items }) => html`<section class="sheet" aria-labelledby="tenures-title"><h2 id="tenures-title">${t('people.posts')}</h2>
  ${items.length === 0 ? html`<p class="soft">${t('people.posts.none')}</p>` : html`<div class="scroll" tabindex="0" role="group" aria-label=${t('people.posts')}><table>
    <thead><tr>${['section', 'post', 'from', 'until'].map((name) => html`<th key=${name} scope="col">${t(`people.${name}`)}</th>`)}</tr></thead>
    <tbody>${items.map((item, index) => html`<tr key=${index}><td><a href="/organisation/${encodeURIComponent(item.section)}">${item.sectionLabel}</a></td><td>${item.title}</td>
      <td class="clock"><${Day} day=${item.from} /></td><td class="clock">${item.until ? html`<${Day} day=${item.until} />` : t('people.open')}</td></tr>`)}</tbody>
  </table></div>`}
</section>`;

/** What an administrator does for somebody who stands before them. @param {{ person: any, onChanged: () => void }} props */
function WayIn({ person, onChanged }) {
  const [made, setMade] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const attempt = async (/** @type {() => Promise<void>} */ act) => {
    setProblem(null);
    try {
      await act();
      onChanged();
    } catch (caught) {
      setProblem(asProblem(caught));
    }
  };
  const at = `/accounts/${encodeURIComponent(person.name)}`;
  return html`<section class="sheet" aria-labelledby="way-title"><h2 id="way-title">${t('way.title')}</h2>
    <p>${t('way.text')}${person.passwordElsewhere && html` ${t('way.elsewhere')}`}</p>
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    <div class="row">
      <button type="button" class="button" onClick=${() => attempt(async () => setMade(await post(`${at}/enrolment`)))}>${t('way.enrol')}</button>
      <button type="button" class="button" onClick=${() => attempt(async () => {
        await post(`${at}/reset-factor`);
        say(t('way.reset.proposed'));
        setMade({ proposed: true });
      })}>${t('way.reset')}</button>
      <button type="button" class="button" onClick=${() => attempt(async () => {
        await remove(`${at}/sessions`);
        say(t('way.sessions.ended'));
      })}>${t('way.sessions')}</button>
    </div>
    ${made?.proposed && html`<${Note} tone="wait"><p>${t('way.reset.proposed')} <a href="/proposals">${t('nav.proposals')}</a></p><//>`}
    ${made?.code && html`<${Dialog} id="code-title" title=${t('way.code.title', { label: person.label })} onClose=${() => setMade(null)}>
      <p>${t('way.code.text')}</p>
      <p><code class="secret big" translate="no">${made.code}</code></p>
      <p class="soft">${t('way.code.until')} <${Time} at=${made.expires} full=${true} /></p>
      <div class="row"><button type="button" class="button main" onClick=${() => setMade(null)}>${t('way.code.given')}</button></div>
    <//>`}
  </section>`;
}

/** @param {{ person: any, onChanged: () => void }} props */
function Role({ person, onChanged }) {
  const [role, setRole] = useState(person.role);
  const [section, setSection] = useState(person.section ?? '');
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [done, setDone] = useState('');
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem(null);
    try {
      const answer = await post(`/people/${encodeURIComponent(person.name)}/role`, { role, ...(section.trim() === '' ? {} : { section: section.trim() }) });
      const words = t(answer.kind ? 'role.proposed' : 'role.set');
      setDone(words);
      say(words);
      onChanged();
    } catch (caught) {
      setProblem(asProblem(caught));
    }
  };
  return html`<section class="sheet" aria-labelledby="role-title"><h2 id="role-title">${t('role.title')}</h2>
    <p>${t('role.text')}</p>
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    ${done && html`<${Note} tone="good"><p>${done}</p><//>`}
    <form class="stack" onSubmit=${submit}>
      <div class="form-grid">
        <${Field} id="role-role" kind="select" label=${t('people.role')} value=${role} onChange=${(/** @type {any} */ event) => setRole(event.target.value)}>
          ${ROLES.map((name) => html`<option key=${name} value=${name}>${t(`role.${name}`)}</option>`)}
        <//>
        <${Field} id="role-section" label=${t('people.section.code')} maxlength="100" value=${section} onInput=${(/** @type {any} */ event) => setSection(event.target.value)} />
      </div>
      <div class="row"><button type="submit" class="button">${t('role.submit')}</button></div>
    </form>
  </section>`;
}
