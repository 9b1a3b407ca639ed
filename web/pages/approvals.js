// SPDX-License-Identifier: Apache-2.0
// approvals.js - what waits for this section head. The decision is made on the crossing's own page, where
// everything that is being approved can be seen.
// @ts-check
import { t } from '../i18n.js';
import { useLive } from '../live.js';
import { CrossingRow } from '../parts/crossing-row.js';
import { Empty, Loading, ProblemNote } from '../parts/note.js';
import { html } from '../view.js';

/** @param {{ app: any }} props */
export function Approvals({ app }) {
  const { data, problem, loading, refresh } = useLive('/crossings?box=approvals&limit=50');
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('approvals.title')}</h1><p>${t('approvals.lead')}</p></div>
      <span class="live">${t('crossings.live')}</span>
    </div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${loading && html`<${Loading} />`}
    ${data?.items.length === 0 && html`<${Empty} title=${t('approvals.empty.title')} text=${t('approvals.empty.text')} />`}
    ${data?.items.length > 0 && html`<section aria-labelledby="list-title">
      <h2 class="unseen" id="list-title">${t('crossings.list')}</h2>
      <ul class="crossings">
        ${data.items.map(
          (/** @type {any} */ crossing) => html`<${CrossingRow} key=${crossing.id} crossing=${crossing} app=${app}>
            <a class="button main" href="/crossings/${crossing.id}">${t('approvals.open')}</a>
          <//>`,
        )}
      </ul>
    </section>`}`;
}
