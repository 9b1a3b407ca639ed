// SPDX-License-Identifier: Apache-2.0
// sign-in.js - the door: half of it is the zone, so that nobody enters the wrong one unawares.
// @ts-check
import { t } from '../i18n.js';
import { Door } from '../parts/door.js';
import { Note } from '../parts/note.js';
import { markOf } from '../parts/shell.js';
import { SignInForm } from '../parts/sign-in-form.js';
import { html } from '../view.js';

/** @param {{ info: any, onDone: (session: any) => void }} props */
export function SignIn({ info, onDone }) {
  const { zone, signIn } = info;
  const heading = t('sign-in.heading', { zone: zone.label });
  if (signIn === null) {
    return html`<${Door} info=${info} heading=${heading}>
      <${Note} tone="wait">
        <p><strong>${t('sign-in.closed')}</strong></p>
        <p>${t('sign-in.closed.none')}</p>
      <//>
    <//>`;
  }
  return html`<${Door} info=${info} heading=${heading}>
    <${SignInForm} keys=${true} onDone=${onDone} />
    <p class="small soft">${t('sign-in.note', { mark: markOf(zone.trust), zone: zone.label })}</p>
    <p><a href="/enrol">${t('enrol.link')}</a></p>
  <//>`;
}
