// SPDX-License-Identifier: Apache-2.0
// door.js - the two halves of a page outside: the zone on one side, what one does there on the other.
// @ts-check
import { t } from '../i18n.js';
import { html } from '../view.js';
import { LangSwitch, Mark, depth } from './shell.js';

/** @param {{ info: any, heading: string, children: any }} props */
export function Door({ info, heading, children }) {
  const { zone, organisation, version } = info;
  return html`<div class="door">
    <header class="door-side band">
      <div class="door-top">
        <span>${organisation}<span aria-hidden="true">・</span>${t('app.name')}</span>
        <${LangSwitch} />
      </div>
      <div class="where">
        <${Mark} trust=${zone.trust} />
        <strong>${zone.label}</strong>
        <span>${t(`zone.side.${depth(zone.trust)}`)}</span>
      </div>
      <small class="number">${t('app.name')} ${version}</small>
    </header>
    <main class="door-main">
      <div class="stack">
        <h1 tabindex="-1">${heading}</h1>
        ${children}
      </div>
    </main>
  </div>`;
}
