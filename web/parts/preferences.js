// SPDX-License-Identifier: Apache-2.0
// preferences.js - language, calendar, and how one is told: on the page, once a day by mail, or as a feed.
// @ts-check
import { asProblem, post, put, remove } from '../api.js';
import { lang, setLang, t } from '../i18n.js';
import { say, useOnce } from '../live.js';
import { html, useState } from '../view.js';
import { Choices } from './field.js';
import { Loading, ProblemNote } from './note.js';

/** @param {{ onChange: (preferences: any) => void }} props */
export function Preferences({ onChange }) {
  const { data, problem, refresh } = useOnce('/preferences');
  const [changed, setChanged] = useState(/** @type {any} */ (null));
  const [feed, setFeed] = useState(/** @type {string | null} */ (null));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const now = changed ?? data;
  const attempt = async (/** @type {() => Promise<void>} */ act) => {
    setFault(null);
    try {
      await act();
      say(t('preferences.kept'));
    } catch (caught) {
      setFault(asProblem(caught));
    }
  };
  const keep = (/** @type {any} */ what) => attempt(async () => {
    const next = { ...now, ...what };
    await put('/preferences', { mail: next.mail, calendar: next.calendar, language: next.language ?? lang() });
    setChanged(next);
    onChange(next);
    if (what.language) setLang(what.language);
  });
  return html`<section class="sheet" aria-labelledby="preferences-title">
    <h2 id="preferences-title">${t('preferences.title')}</h2>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${fault && html`<${ProblemNote} problem=${fault} />`}
    ${!now && !problem && html`<${Loading} />`}
    ${now && html`
      <${Choices} legend=${t('preferences.language')} name="language" value=${now.language ?? lang()} onChange=${(/** @type {string} */ language) => keep({ language })}
        options=${['ja', 'en'].map((value) => ({ value, label: t(`preferences.language.${value}`) }))} />
      <${Choices} legend=${t('preferences.calendar')} name="calendar" value=${now.calendar} onChange=${(/** @type {string} */ calendar) => keep({ calendar })}
        options=${['wareki', 'iso'].map((value) => ({ value, label: t(`preferences.calendar.${value}`) }))} />
      <${Choices} legend=${t('preferences.mail')} name="mail" value=${now.mail} onChange=${(/** @type {string} */ mail) => keep({ mail })}
        options=${['off', 'digest', 'each'].map((value) => ({ value, label: t(`preferences.mail.${value}`) }))} />
      <p class="soft small">${now.address ? t('preferences.address', { address: now.address }) : t('preferences.address.none')}</p>
      <h3>${t('preferences.feed')}</h3>
      <p>${t('preferences.feed.text')}</p>
      ${feed && html`<p><code class="secret" translate="no">${feed}</code></p>`}
      <div class="row">
        <button type="button" class="button" onClick=${() => attempt(async () => {
          setFeed((await post('/preferences/feed')).url);
          setChanged({ ...now, feed: true });
        })}>${t(now.feed ? 'preferences.feed.renew' : 'preferences.feed.make')}</button>
        ${now.feed && html`<button type="button" class="button bad" onClick=${() => attempt(async () => {
          await remove('/preferences/feed');
          setFeed(null);
          setChanged({ ...now, feed: false });
        })}>${t('preferences.feed.end')}</button>`}
      </div>`}
  </section>`;
}
