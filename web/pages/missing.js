// SPDX-License-Identifier: Apache-2.0
// missing.js - an address that leads nowhere, and a page that a role does not open.
// @ts-check
import { t } from '../i18n.js';
import { Empty } from '../parts/note.js';
import { html } from '../view.js';

export const Missing = () => html`<h1 tabindex="-1">${t('missing.title')}</h1>
  <${Empty} title=${t('missing.title')} text=${t('missing.text')}>
    <a class="button" href="/">${t('missing.home')}</a>
  <//>`;

export const Forbidden = () => html`<h1 tabindex="-1">${t('forbidden.title')}</h1>
  <${Empty} title=${t('forbidden.title')} text=${t('forbidden.text')}>
    <a class="button" href="/">${t('missing.home')}</a>
  <//>`;
