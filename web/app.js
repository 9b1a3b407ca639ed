// SPDX-License-Identifier: Apache-2.0
// app.js - begins: which zone this is, who is signed in, which page the address asks for.
// @ts-check
import { Problem, get, onRiseNeeded, onSessionEnd, session } from './api.js';
import { useCalendar } from './format.js';
import { lang, loadMessages, onLang, t } from './i18n.js';
import { Accounts } from './pages/accounts.js';
import { Approvals } from './pages/approvals.js';
import { Crossing } from './pages/crossing.js';
import { Crossings } from './pages/crossings.js';
import { Enrol } from './pages/enrol.js';
import { Incidents } from './pages/incidents.js';
import { Me } from './pages/me.js';
import { Forbidden, Missing } from './pages/missing.js';
import { Notices } from './pages/notices.js';
import { Organisation, Section } from './pages/organisation.js';
import { Overview } from './pages/overview.js';
import { PeopleImport } from './pages/people-import.js';
import { People } from './pages/people.js';
import { Permissions } from './pages/permissions.js';
import { Person } from './pages/person.js';
import { Policy } from './pages/policy.js';
import { Proposals } from './pages/proposals.js';
import { Send } from './pages/send.js';
import { SignIn } from './pages/sign-in.js';
import { Takeouts } from './pages/takeouts.js';
import { Wall } from './pages/wall.js';
import { Dialog } from './parts/dialog.js';
import { ProblemNote } from './parts/note.js';
import { Rise } from './parts/rise.js';
import { Shell, decides, depth, markOf, reads, responds } from './parts/shell.js';
import { SignInForm } from './parts/sign-in-form.js';
import { go, here, onNavigate, startRouter } from './router.js';
import { html, render, useEffect, useRef, useState } from './view.js';

const administrates = (/** @type {any} */ app) => app.account.role === 'administrator';
const oversees = (/** @type {any} */ app) => reads(app.account.role);

/** `may`: for whom the page is; the station asks again. @type {Record<string, { view: any, title: string, may?: (app: any) => boolean }>} */
const PAGES = {
  crossings: { view: Crossings, title: 'crossings.title' },
  crossing: { view: Crossing, title: 'crossing.title' },
  send: { view: Send, title: 'send.title' },
  approvals: { view: Approvals, title: 'approvals.title', may: decides },
  takeouts: { view: Takeouts, title: 'takeouts.title' },
  notices: { view: Notices, title: 'notices.title' },
  people: { view: People, title: 'people.title' },
  'people-import': { view: PeopleImport, title: 'import.title', may: administrates },
  person: { view: Person, title: 'people.title' },
  organisation: { view: Organisation, title: 'organisation.title' },
  section: { view: Section, title: 'organisation.title' },
  proposals: { view: Proposals, title: 'proposals.title', may: oversees },
  permissions: { view: Permissions, title: 'permissions.title' },
  me: { view: Me, title: 'me.title' },
  enrol: { view: Missing, title: 'enrol.title' },
  wall: { view: Wall, title: 'wall.title', may: responds },
  incidents: { view: Incidents, title: 'incidents.title', may: responds },
  overview: { view: Overview, title: 'overview.title', may: oversees },
  accounts: { view: Accounts, title: 'accounts.title', may: oversees },
  policy: { view: Policy, title: 'policy.title' },
  missing: { view: Missing, title: 'missing.title' },
};

/** The window wears the zone: colours, icon and title. @param {{ trust: number }} zone */
function wear(zone) {
  document.documentElement.dataset.trust = String(depth(zone.trust));
  document.getElementById('icon')?.setAttribute('href', `/image/gate-${depth(zone.trust)}.svg`);
}

/** @param {{ info: any, first: any }} props */
function App({ info, first }) {
  const [signed, setSigned] = useState(first);
  const [destinations, setDestinations] = useState(/** @type {any[] | null} */ (null));
  const [route, setRoute] = useState(here());
  const [, setWords] = useState(lang());
  const [again, setAgain] = useState(/** @type {null | { done: () => void }} */ (null));
  const [rise, setRise] = useState(/** @type {null | { done: (risen: boolean) => void }} */ (null));
  const [, setPreferences] = useState(/** @type {any} */ (null));
  const started = useRef(false);

  useEffect(() => onLang(() => setWords(lang())), []);
  useEffect(() => onNavigate(() => setRoute(here())), []);
  useEffect(() => {
    /** @type {Promise<void> | null} */
    let asking = null;
    // Everything that meets the end of the session waits for the one dialog, then goes on.
    onSessionEnd(() => {
      asking ??= new Promise((resolve) => {
        setAgain({
          done: () => {
            asking = null;
            setAgain(null);
            resolve();
          },
        });
      });
      return asking;
    });
  }, []);
  useEffect(() => {
    /** @type {Promise<boolean> | null} */
    let asking = null;
    onRiseNeeded(() => {
      asking ??= new Promise((resolve) => {
        setRise({
          done: (risen) => {
            asking = null;
            setRise(null);
            resolve(risen);
          },
        });
      });
      return asking;
    });
  }, []);
  const whole = signed !== null && !signed.enrolling;
  useEffect(() => {
    if (whole) get('/preferences').then(keep).catch(() => null);
  }, [signed?.account.name, whole]);
  useEffect(() => {
    if (whole) get('/destinations').then((data) => setDestinations(data.items)).catch(() => setDestinations([]));
  }, [signed?.account.name, whole]);

  useEffect(() => {
    if (!signed) return undefined;
    // Windows of one browser share a session. When another person signs in at one of them, the others must not
    // go on under the name they show.
    const others = new BroadcastChannel('sekisho');
    others.postMessage(signed.account.name);
    others.onmessage = ({ data }) => {
      if (data !== signed.account.name) location.reload();
    };
    return () => others.close();
  }, [signed?.account.name]);

  function keep(/** @type {any} */ preferences) {
    useCalendar(preferences.calendar);
    setPreferences(preferences);
  }
  // Before the second factor stands there is one page.
  const page = signed?.enrolling ? 'me' : route.page;
  const shown = PAGES[page];
  const title = signed ? t(shown.title) : t('sign-in.title');
  useEffect(() => {
    document.title = t('app.title', { page: title, mark: markOf(info.zone.trust), zone: info.zone.label });
  }, [title, lang()]);
  useEffect(() => {
    if (!started.current) {
      started.current = true;
      return;
    }
    scrollTo(0, 0);
    document.querySelector('h1')?.focus();
  }, [route.path]);
  useEffect(() => {
    // Whoever came in through the door begins at the top of the page, not at its menu.
    if (signed && !first) document.querySelector('h1')?.focus();
  }, [signed === null]);

  if (!signed && route.page === 'enrol') return html`<${Enrol} info=${info} onDone=${setSigned} />`;
  if (!signed) return html`<${SignIn} info=${info} onDone=${(/** @type {any} */ next) => {
    if (route.page === 'enrol' || next.enrolling) go(next.enrolling ? '/me' : '/', { replace: true });
    setSigned(next);
  }} />`;

  const app = { ...info, ...signed, destinations, onSession: setSigned, onPreferences: keep, zoneLabel: (/** @type {string} */ name) =>
    name === info.zone.name ? info.zone.label : (destinations?.find((item) => item.zone === name)?.label ?? name) };
  const View = shown.may && !shown.may(app) ? Forbidden : shown.view;
  return html`<${Shell} app=${app} route=${{ ...route, page }}>
    <${View} key=${route.path} app=${app} route=${route} />
    ${rise && html`<${Rise} onClose=${() => rise.done(false)} onRisen=${(/** @type {any} */ next) => {
      setSigned(next);
      rise.done(true);
    }} />`}
    ${again &&
    html`<${Dialog} id="again" title=${t('sign-in.again.title')}>
      <p>${t('sign-in.again.text')}</p>
      <${SignInForm} fixedName=${signed.account.name} onDone=${(/** @type {any} */ next) => {
        setSigned(next);
        again.done();
      }}>
        <button type="button" class="button plain" onClick=${() => location.assign('/')}>${t('sign-in.again.other')}</button>
      <//>
    <//>`}
  <//>`;
}

async function start() {
  const place = /** @type {HTMLElement} */ (document.getElementById('app'));
  try {
    await loadMessages();
  } catch {
    // Without the catalogues there are no words but these.
    place.textContent = '画面を読み込めませんでした。ページを読み込み直してください。 The page could not be loaded. Please reload it.';
    return;
  }
  try {
    const [info, first] = await Promise.all([get('/zone'), session()]);
    wear(info.zone);
    startRouter();
    place.textContent = '';
    render(html`<${App} info=${info} first=${first} />`, place);
  } catch (fault) {
    const problem = fault instanceof Problem ? fault : new Problem(0, 'page-fault', String(fault));
    place.textContent = '';
    render(html`<main><${ProblemNote} problem=${problem} retry=${() => location.reload()} /></main>`, place);
  }
}

start();
