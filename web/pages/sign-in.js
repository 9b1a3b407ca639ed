// SPDX-License-Identifier: Apache-2.0
// sign-in.js - the door: half of it is the zone, so that nobody enters the wrong one unawares.
// @ts-check
import { t } from '../i18n.js';
import { Note } from '../parts/note.js';
import { LangSwitch, Mark, depth, markOf } from '../parts/shell.js';
import { SignInForm } from '../parts/sign-in-form.js';
import { html } from '../view.js';

/** @param {{ info: any, onDone: (session: any) => void }} props */
export function SignIn({ info, onDone }) {
  const { zone, organisation, signIn, version } = info;
  const heading = t('sign-in.heading', { zone: zone.label });
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
      ${signIn === 'password'
        ? html`<div class="stack">
            <h1 tabindex="-1">${heading}</h1>
            <${SignInForm} onDone=${onDone} />
            <p class="small soft">${t('sign-in.note', { mark: markOf(zone.trust), zone: zone.label })}</p>
          </div>`
        : html`<div class="stack">
            <h1 tabindex="-1">${heading}</h1>
            <${Note} tone="wait">
              <p><strong>${t('sign-in.closed')}</strong></p>
              <p>${t(signIn === 'two-factors' ? 'sign-in.closed.two-factors' : 'sign-in.closed.none')}</p>
            <//>
          </div>`}
    </main>
  </div>`;
}
