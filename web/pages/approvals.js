// SPDX-License-Identifier: Apache-2.0
// approvals.js - what waits for this person. One decides on a crossing's own page, or on several at once: of
// those that were looked at, which the station knows.
// @ts-check
import { asProblem, post } from '../api.js';
import { visibleName } from '../format.js';
import { plural, t } from '../i18n.js';
import { say, useLive } from '../live.js';
import { Chain } from '../parts/chain.js';
import { CrossingRow } from '../parts/crossing-row.js';
import { Empty, Loading, Note, ProblemNote } from '../parts/note.js';
import { html, useState } from '../view.js';

/** @param {{ app: any }} props */
export function Approvals({ app }) {
  const { data, problem, loading, refresh } = useLive('/crossings?box=approvals&limit=50');
  // Id → the digest that was on the screen when it was ticked: another one must not be approved unseen.
  const [ticked, setTicked] = useState(/** @type {Record<string, string>} */ ({}));
  const [results, setResults] = useState(/** @type {any[]} */ ([]));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const items = data?.items ?? [];
  const chosen = items.filter((/** @type {any} */ one) => ticked[one.id]);
  const tick = (/** @type {any} */ one) => setTicked((was) => {
    const { [one.id]: before, ...others } = was;
    return before ? others : { ...was, [one.id]: one.sha256Out };
  });
  const approve = async () => {
    setFault(null);
    try {
      const answer = await post('/crossings/approve', { items: chosen.map((/** @type {any} */ one) => ({ id: one.id, digest: ticked[one.id] })) });
      const names = new Map(items.map((/** @type {any} */ one) => [one.id, visibleName(one.nameOut || one.name)]));
      setResults(answer.items.map((/** @type {any} */ one) => ({ ...one, name: names.get(one.id) ?? one.id })));
      setTicked({});
      say(plural('approvals.done', answer.items.filter(approved).length));
    } catch (caught) {
      setFault(asProblem(caught));
    }
    refresh();
  };
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('approvals.title')}</h1><p>${t('approvals.lead')}</p></div>
      <span class="live">${t('crossings.live')}</span>
    </div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${fault && html`<${ProblemNote} problem=${fault} />`}
    ${results.length > 0 && html`<${Results} results=${results} />`}
    ${loading && html`<${Loading} />`}
    ${data && items.length === 0 && html`<${Empty} title=${t('approvals.empty.title')} text=${t('approvals.empty.text')} />`}
    ${items.length > 0 && html`<section aria-labelledby="list-title">
      <h2 class="unseen" id="list-title">${t('crossings.list')}</h2>
      <ul class="crossings">
        ${items.map((/** @type {any} */ crossing) => html`<${CrossingRow} key=${crossing.id} crossing=${crossing} app=${app} extra=${html`<${Chain} approval=${crossing.approval} />`}>
          ${crossing.can.includes('approve') && html`<label class="check"><input type="checkbox" checked=${Boolean(ticked[crossing.id])} onChange=${() => tick(crossing)} />
            ${t('approvals.tick')}<span class="unseen"> ${visibleName(crossing.nameOut || crossing.name)}</span></label>`}
          <a class="button main" href="/crossings/${crossing.id}">${t('approvals.open')}</a>
        <//>`)}
      </ul>
    </section>
    ${chosen.length > 0 && html`<div class="sheet bulk"><p>${t('approvals.bulk.text')}</p>
      <button type="button" class="button main big" onClick=${approve}>${plural('approvals.bulk', chosen.length)}</button></div>`}`}`;
}

/** @param {any} result */
const approved = (result) => !result.code;

/** @param {{ results: any[] }} props */
function Results({ results }) {
  const bad = results.filter((one) => !approved(one));
  return html`<${Note} tone=${bad.length > 0 ? 'wait' : 'good'} role="status">
    <p><strong>${plural('approvals.done', results.length - bad.length)}</strong></p>
    ${bad.length > 0 && html`<ul>${bad.map((one) => html`<li key=${one.id}><a href="/crossings/${one.id}">${one.name}</a>: ${t(`problem.${one.code}`)}</li>`)}</ul>`}
  <//>`;
}
