// SPDX-License-Identifier: Apache-2.0
// organisation.js - the eight bodies, their sections, who answers for security, and what stands empty.
// @ts-check
import { plural, side, t } from '../i18n.js';
import { useLive, useOnce } from '../live.js';
import { Pages } from '../parts/more.js';
import { Icon } from '../parts/icon.js';
import { Empty, Loading, Note, ProblemNote } from '../parts/note.js';
import { Search } from '../parts/search.js';
import { Day } from '../parts/words.js';
import { html } from '../view.js';

/** @param {{ route: import('../router.js').Route }} props */
export function Organisation({ route }) {
  const { data, problem, refresh } = useLive('/organisation', { every: 60000 });
  const bodies = data?.bodies ?? [];
  const nameOf = (/** @type {string} */ code) => side(bodies.find((/** @type {any} */ body) => body.code === code)?.label);
  const ask = { q: route.search.get('q'), body: route.search.get('body') };
  return html`<div class="page-head"><div class="stack"><h1 tabindex="-1">${t('organisation.title')}</h1><p>${t('organisation.lead')}</p></div></div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`<div class="two"><div>
      <${Search} route=${route} label=${t('organisation.search')} filters=${[{ name: 'body', label: t('organisation.body'),
        options: bodies.map((/** @type {any} */ body) => ({ value: body.code, label: side(body.label) })) }]} />
      <${Pages} key=${route.search.toString()} path="/sections" ask=${ask} every=${60000} empty=${html`<${Empty} title=${t('organisation.none')} text=${t('organisation.none.text')} />`}>
        ${(/** @type {any[]} */ items) => html`<section class="sheet" aria-label=${t('organisation.sections')}><ul class="things">
          ${items.map((section) => html`<li key=${section.code}><${Icon} name="section" /><div><a href="/organisation/${encodeURIComponent(section.code)}"><strong>${section.label}</strong></a>
            <span class="soft small">${nameOf(section.body)}<span aria-hidden="true">・</span>${plural('organisation.people', section.people)}</span></div></li>`)}
        </ul></section>`}
      <//></div><div>
      ${data.vacanciesCount > 0 && html`<section class="sheet" aria-labelledby="vacant-title"><h2 id="vacant-title">${t('organisation.vacant')}</h2>
        <${Note} tone="wait"><p>${plural('organisation.vacant.count', data.vacanciesCount)}</p><//>
        <ul class="plain">${data.vacancies.map((/** @type {any} */ post, /** @type {number} */ index) => html`<li key=${index}>${post.sectionLabel} ${post.title}</li>`)}</ul></section>`}
      ${data.absent.length > 0 && html`<section class="sheet" aria-labelledby="absent-title"><h2 id="absent-title">${t('organisation.absent')}</h2>
        <ul class="plain">${data.absent.map((/** @type {any} */ one) => html`<li key=${one.id}>${one.label} <span class="soft small"><${Day} day=${one.from} /> – <${Day} day=${one.until} /></span></li>`)}</ul></section>`}
      <${Roles} /></div></div>`}`;
}

function Roles() {
  const { data } = useOnce('/roles');
  return data && html`<section class="sheet" aria-labelledby="roles-title"><h2 id="roles-title">${t('organisation.roles')}</h2>
    <ul class="plain">${data.items.map((/** @type {any} */ role) => html`<li key=${role.code}><strong>${side(role.label)}</strong><br />
      ${role.holders.length === 0 ? html`<span class="state wait">${t('organisation.role.none')}</span>`
        : role.holders.map((/** @type {any} */ one) => html`<span key=${one.person} class="line">${one.label ?? '—'} <span class="soft small">${one.sectionLabel} ${one.title}</span></span>`)}</li>`)}</ul>
    <details><summary>${t('organisation.apart')}</summary><ul>${data.apart.map((/** @type {any} */ pair, /** @type {number} */ index) => html`<li key=${index}>${side(pair.rule)}</li>`)}</ul></details>
  </section>`;
}

/** @param {{ route: import('../router.js').Route }} props */
export function Section({ route }) {
  const { data, problem } = useLive(`/sections/${encodeURIComponent(route.params.code)}`, { every: 60000 });
  return html`<p><a class="row" href="/organisation"><${Icon} name="back" />${t('organisation.back')}</a></p>
    <h1 tabindex="-1">${data?.label ?? t('organisation.title')}</h1>
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`<section class="sheet" aria-labelledby="answering-title"><h2 id="answering-title">${t('organisation.answering')}</h2>
      <ul class="things">${data.answering.map((/** @type {any} */ one, /** @type {number} */ index) => html`<li key=${index}><${Icon} name="person" />
        <div>${one.person ? html`<a href="/people/${encodeURIComponent(one.person)}"><strong>${one.label}</strong></a>` : html`<strong class="state wait">${t('organisation.vacancy')}</strong>`}
          <span class="soft small">${one.sectionLabel} ${one.title}</span></div></li>`)}</ul>
      <p><a href="/people?section=${encodeURIComponent(data.code)}">${plural('organisation.people.see', data.people)}</a></p></section>`}`;
}
