// SPDX-License-Identifier: Apache-2.0
// words.js - one-line parts: a state, a file name, a time, a digest, a zone's name.
// @ts-check
import { date, day, exact, shortDigest, visibleName, when } from '../format.js';
import { locale, t } from '../i18n.js';
import { tone } from '../state.js';
import { html } from '../view.js';
import { Icon } from './icon.js';

const ICONS = { good: 'check', bad: 'stop', wait: 'clock', busy: 'turn' };

/** @param {{ state: string }} props */
export function State({ state }) {
  const mood = tone(state);
  return html`<span class="state ${mood}"><${Icon} name=${ICONS[mood]} size=${16} />${t(`state.${state}`)}</span>`;
}

/** A file's name: never able to reorder its surroundings, its hidden characters written out. @param {{ name: string }} props */
export const Name = ({ name }) => html`<bdi translate="no">${visibleName(name) || '—'}</bdi>`;

/** @param {{ at: number | null | undefined, full?: boolean }} props */
export function Time({ at, full = false }) {
  if (!at) return html`<span>—</span>`;
  return html`<time datetime=${date(at).toISOString()} title=${exact(at, locale())}>
    ${full ? exact(at, locale()) : when(at, locale())}
  </time>`;
}

/** A day of the calendar, without a clock. @param {{ day: string | null | undefined }} props ISO */
export function Day({ day: iso }) {
  return iso ? html`<time datetime=${iso}>${day(iso, locale())}</time>` : html`<span>—</span>`;
}

/** @param {{ digest: string | null | undefined }} props */
export function Digest({ digest }) {
  if (!digest) return html`<span>—</span>`;
  return html`<code class="digest" title=${digest} translate="no">${shortDigest(digest)}</code>`;
}

/** The sheet with the type written on it. @param {{ type: string | null, name: string }} props */
export function Kind({ type, name }) {
  const end = /\.([A-Za-z0-9]{1,4})$/.exec(name);
  return html`<span class="kind" aria-hidden="true">${end ? end[1] : (type ?? '')}</span>`;
}
