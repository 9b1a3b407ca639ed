// SPDX-License-Identifier: Apache-2.0
// shell.js - the band that never lets one forget which zone this window is, the menu, and the foot.
// @ts-check
import { signOut } from '../api.js';
import { lang, plural, setLang, t } from '../i18n.js';
import { useLive } from '../live.js';
import { html } from '../view.js';

/** 外, 内 or 奥: policies may use any numbers for trust, so everything above 3 is innermost. @param {number} trust */
export const depth = (trust) => Math.min(3, Math.max(1, trust));

/** @param {number} trust */
export const markOf = (trust) => t(`zone.mark.${depth(trust)}`);

/** @param {{ trust: number }} props */
export const Mark = ({ trust }) => html`<span class="mark" lang="ja" aria-hidden="true">${markOf(trust)}</span>`;

export function LangSwitch() {
  const other = lang() === 'ja' ? 'en' : 'ja';
  return html`<button type="button" class="lang-switch" lang=${other} onClick=${() => setLang(other)}>${t('lang.switch')}</button>`;
}

/** @param {string} role */
const menuFor = (role) => [
  ['/', 'crossings'],
  ['/send', 'send'],
  ...(role === 'section-head' ? [['/approvals', 'approvals']] : []),
  ...(role === 'administrator' ? [['/overview', 'overview'], ['/accounts', 'accounts']] : []),
  ['/policy', 'policy'],
];

/** @param {{ app: any, route: import('../router.js').Route, children: any }} props */
export function Shell({ app, route, children }) {
  const { account, zone, organisation, version } = app;
  const waiting = useLive(account.role === 'section-head' ? '/crossings?box=approvals&limit=50' : null, { every: 5000 });
  const count = waiting.data?.items.length ?? 0;
  const open = route.page === 'crossing' ? 'crossings' : route.page;
  return html`
    <a class="skip" href="#main">${t('app.skip')}</a>
    <header class="band">
      <div class="band-inner">
        <${Mark} trust=${zone.trust} />
        <div class="band-zone">
          <small>${organisation}<span aria-hidden="true">・</span>${t('app.name')}</small>
          <strong><span class="unseen">${t('zone.here')}: </span>${zone.label}</strong>
          <small>${t(`zone.side.${depth(zone.trust)}`)}</small>
        </div>
        <div class="band-side">
          <span class="band-person">${account.label}<br /><small>${[account.section, t(`role.${account.role}`)].filter(Boolean).join('・')}</small></span>
          <${LangSwitch} />
          <button type="button" onClick=${async () => {
            await signOut();
            location.assign('/');
          }}>${t('account.sign-out')}</button>
        </div>
      </div>
    </header>
    <nav class="menu" aria-label=${t('nav.label')}>
      <ul>
        ${menuFor(account.role).map(
          ([href, name]) => html`<li key=${name}>
            <a href=${href} aria-current=${open === name ? 'page' : undefined}>
              ${t(`nav.${name}`)}
              ${name === 'approvals' && count > 0 && html`<span class="count" aria-hidden="true">${count}</span><span class="unseen">${plural('nav.waiting', count)}</span>`}
            </a>
          </li>`,
        )}
      </ul>
    </nav>
    ${waiting.problem?.status === 0 && html`<p class="banner" role="status">${t('offline.banner')}</p>`}
    <main id="main" tabindex="-1">${children}</main>
    <footer class="foot">
      <img src="/image/gate-${depth(zone.trust)}.svg" alt="" width="24" height="24" />
      <span>${t('app.name')} <span class="number">${version}</span></span>
      <a href="/policy">${t('overview.policy.open')}</a>
    </footer>`;
}
