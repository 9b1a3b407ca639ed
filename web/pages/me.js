// SPDX-License-Identifier: Apache-2.0
// me.js - one's own page: how one proves who one is, where one is signed in, how one is told, who stands in.
// @ts-check
import { t } from '../i18n.js';
import { useLive } from '../live.js';
import { Away } from '../parts/away.js';
import { Factors } from '../parts/factors.js';
import { Preferences } from '../parts/preferences.js';
import { Sessions } from '../parts/sessions.js';
import { html } from '../view.js';

/** @param {{ app: any }} props */
export function Me({ app }) {
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t(app.enrolling ? 'me.enrolling.title' : 'me.title')}</h1>
        <p>${t(app.enrolling ? 'me.enrolling.lead' : 'me.lead', { label: app.account.label })}</p></div>
    </div>
    <${Factors} app=${app} onSession=${app.onSession} />
    <${Sessions} app=${app} />
    ${!app.enrolling && html`<${Preferences} onChange=${app.onPreferences} /><${MyAway} name=${app.account.name} />`}`;
}

/** @param {{ name: string }} props */
function MyAway({ name }) {
  const { data, refresh } = useLive(`/people/${encodeURIComponent(name)}`, { every: 60000 });
  return data && html`<${Away} person=${data} onChanged=${refresh} />`;
}
