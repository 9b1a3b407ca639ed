// SPDX-License-Identifier: Apache-2.0
// shell.js - the band that never lets one forget which zone this window is, the menu, and the foot.
// @ts-check
import { signOut } from '../api.js';
import { lang, plural, setLang, t } from '../i18n.js';
import { useLive } from '../live.js';
import { html } from '../view.js';
import { Icon } from './icon.js';

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

/** May this person decide on what others hand in, by role, post or deputyship? @param {any} app */
export const decides = (app) => ['section-head', 'security-manager'].includes(app.account.role) || (app.heads ?? []).length > 0;

/** Whoever answers for the machine, or looks at those who do. @param {string} role */
export const reads = (role) => role === 'administrator' || role === 'auditor';

/** Whoever looks into what should not have happened. @param {any} app */
export const responds = (app) => reads(app.account.role) || app.account.role === 'security-manager';

/** @param {any} app @returns {string[][]} address and name */
function menuFor(app) {
  const { role } = app.account;
  if (app.enrolling) return [['/me', 'me']];
  return [
    ['/', 'crossings'],
    ...(reads(role) ? [] : [['/send', 'send']]),
    ...(decides(app) ? [['/approvals', 'approvals']] : []),
    ['/takeouts', 'takeouts'],
    ...(reads(role) ? [['/overview', 'overview'], ['/accounts', 'accounts'], ['/proposals', 'proposals']] : []),
    ...(responds(app) ? [['/wall', 'wall'], ['/incidents', 'incidents']] : []),
    ['/people', 'people'],
    ['/organisation', 'organisation'],
    ['/policy', 'policy'],
    ['/permissions', 'permissions'],
  ];
}

/** A page that belongs to another one of the menu. @type {Record<string, string>} */
const UNDER = { crossing: 'crossings', person: 'people', 'people-import': 'people', section: 'organisation' };

/** @param {{ app: any, route: import('../router.js').Route, children: any }} props */
export function Shell({ app, route, children }) {
  const { account, zone, organisation, version } = app;
  const waiting = useLive(decides(app) && !app.enrolling ? '/crossings?box=approvals&limit=50' : null, { every: 5000 });
  const notices = useLive(app.enrolling ? null : '/notices?limit=1', { every: 10000 });
  const count = waiting.data?.items.length ?? 0;
  const unread = notices.data?.unread ?? 0;
  const open = UNDER[route.page] ?? route.page;
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
          ${!app.enrolling && html`<a class="band-bell" href="/notices" aria-current=${open === 'notices' ? 'page' : undefined}><${Icon} name="bell" />
            <span class="unseen">${unread > 0 ? plural('nav.unread', unread) : t('notices.title')}</span>${unread > 0 && html`<span class="count" aria-hidden="true">${unread}</span>`}</a>`}
          <a class="band-person" href="/me" aria-current=${open === 'me' ? 'page' : undefined}><span class="unseen">${t('nav.me')}: </span>${account.label}<br /><small>${[account.sectionLabel ?? account.section, t(`role.${account.role}`)].filter(Boolean).join('・')}</small></a>
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
        ${menuFor(app).map(
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
    ${app.otherTerminal && html`<p class="banner" role="status">${t('sessions.other')} <a href="/me">${t('sessions.look')}</a></p>`}
    <main id="main" tabindex="-1">${children}</main>
    <footer class="foot">
      <img src="/image/gate-${depth(zone.trust)}.svg" alt="" width="24" height="24" />
      <span>${t('app.name')} <span class="number">${version}</span></span>
      <a href="/policy">${t('overview.policy.open')}</a>
    </footer>`;
}
