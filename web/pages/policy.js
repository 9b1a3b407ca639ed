// SPDX-License-Identifier: Apache-2.0
// policy.js - the policy that is in force, sentence by sentence, for everyone to read.
// @ts-check
import { lang, t } from '../i18n.js';
import { useOnce } from '../live.js';
import { Loading, ProblemNote } from '../parts/note.js';
import { Digest } from '../parts/words.js';
import { html } from '../view.js';

export function Policy() {
  const { data, problem, refresh } = useOnce('/policy');
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('policy.title')}</h1><p>${t('policy.lead')}</p></div>
    </div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`<div class="sheet">
      <${Sentences} sentences=${data.sentences} />
      <p class="small soft">${t('policy.digest')} <${Digest} digest=${data.digest} /></p>
    </div>`}`;
}

/** @param {{ sentences: { ja: string[], en: string[] } }} props */
export function Sentences({ sentences }) {
  const said = sentences[lang()].length > 0 ? sentences[lang()] : sentences.ja;
  if (said.length === 0) return html`<p>${t('policy.none')}</p>`;
  return html`<ol class="sentences">${said.map((sentence, index) => html`<li key=${index}><span>${sentence}</span></li>`)}</ol>`;
}
