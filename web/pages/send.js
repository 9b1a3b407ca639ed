// SPDX-License-Identifier: Apache-2.0
// send.js - hand in files: drop or choose, say where to, press once. What is already filled in is what most
// people want: their own account, usable as before.
// @ts-check
import { handIn, query } from '../api.js';
import { CLASSES, byZone, levelToAsk } from '../destinations.js';
import { isDeceptive, size, visibleName } from '../format.js';
import { has, locale, plural, t, typeLabel } from '../i18n.js';
import { say, useLive } from '../live.js';
import { Choices, Fault, Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Empty, Loading, Note, waitWords } from '../parts/note.js';
import { Kind, Name, State } from '../parts/words.js';
import { Uploads, missing, passwordBytes } from '../upload.js';
import { html, useEffect, useRef, useState } from '../view.js';

/** What a take-out may leave on. */
const MEDIA = ['none', 'usb', 'disc', 'paper', 'other'];

/** @param {{ app: any }} props */
export function Send({ app }) {
  const { destinations } = app;
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('send.title')}</h1><p>${t('send.lead')}</p></div>
    </div>
    ${destinations === null && html`<${Loading} />`}
    ${destinations?.length === 0 && html`<${Empty} title=${t('send.none.title')} text=${t('send.none.text')} />`}
    ${destinations?.length > 0 && html`<${Form} app=${app} destinations=${byZone(destinations)} />`}`;
}

/** @param {{ app: any, destinations: import('../destinations.js').Destination[] }} props */
function Form({ app, destinations }) {
  const [items, setItems] = useState(/** @type {import('../upload.js').Item[]} */ ([]));
  const uploads = useRef(/** @type {Uploads | null} */ (null));
  uploads.current ??= new Uploads(setItems);
  const queue = uploads.current;
  const [form, setForm] = useState({ to: destinations[0].zone, whom: 'me', other: '', level: '', class: '', reason: '', outside: '', medium: 'none', returnBy: '' });
  const [tried, setTried] = useState(false);
  const set = (/** @type {Record<string, string>} */ what) => setForm((was) => ({ ...was, ...what }));
  const destination = destinations.find((item) => item.zone === form.to) ?? destinations[0];
  const level = destination.levels.includes(form.level) ? form.level : destination.levels[0];
  const needsReason = destination.asks.includes('reason');
  // Somebody will have to decide on it: a word about why spares them a call, where the policy does not ask for one.
  const asksReason = needsReason || destination.approval !== null;
  // Nothing is called missing before the first try; then only while it is.
  const faults = tried ? missing(form, destination) : {};
  const sending = items.some((item) => item.phase === 'sending');
  const waiting = items.filter((item) => item.phase === 'waiting').length;
  const done = items.filter((item) => item.phase === 'done');

  // Nobody should lose a half-sent file by closing the window in good faith.
  useEffect(() => {
    if (!sending) return undefined;
    const warn = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [sending]);

  const add = (/** @type {Iterable<File>} */ files, folders = 0) => {
    queue.add(files, (file) => (file.size > destination.sizeMax ? 'send.too-large' : file.size === 0 ? 'send.empty' : null));
    if (folders > 0) say(t('send.folder'));
  };
  const run = async () => {
    setTried(true);
    const [firstWrong] = Object.keys(missing(form, destination));
    if (firstWrong) {
      document.getElementById(`send-${firstWrong}`)?.focus();
      return;
    }
    const where = {
      to: destination.zone,
      for: form.whom === 'other' ? form.other.trim().toLowerCase() : app.account.name,
      as: levelToAsk(destination, level),
      class: destination.asks.includes('class') ? form.class : null,
      reason: asksReason ? form.reason.trim() : null,
      ...(destination.direction === 'down' ? takeoutOf(form) : {}),
    };
    setTried(false);
    await queue.run((file, progress, signal, password) =>
      handIn(file, where, progress, signal, password).then((crossing) => {
        say(t('send.done', { name: visibleName(file.name) }));
        return crossing;
      }),
    );
  };

  return html`<form class="send" novalidate onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    run();
  }}>
    <${Drop} some=${items.length > 0} sizeMax=${destination.sizeMax} types=${destination.types} onFiles=${add} />
    ${items.length > 0 && html`<${Files} items=${items} queue=${queue} sizeMax=${destination.sizeMax} onRetry=${(/** @type {number} */ key) => {
      queue.retry(key);
      run();
    }} />`}
    <div class="sheet">
      <${Choices} legend=${t('send.to')} name="to" value=${destination.zone} onChange=${(/** @type {string} */ to) => set({ to })}
        options=${destinations.map((item) => ({
          value: item.zone,
          label: item.label,
          hint: [item.direction === 'down' && t('send.down'), item.approval && t('send.approval')].filter(Boolean).join(' '),
        }))} />
      <${Choices} legend=${t('send.for')} name="whom" value=${form.whom} onChange=${(/** @type {string} */ whom) => set({ whom })}
        options=${[
          { value: 'me', label: t('send.for.me', { name: app.account.label }) },
          { value: 'other', label: t('send.for.other') },
        ]} />
      ${form.whom === 'other' && html`<${Field} id="send-other" label=${t('send.for.name')} hint=${t('send.for.hint')} value=${form.other}
        fault=${faults.other && t(faults.other)} autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="64" required
        onInput=${(/** @type {any} */ event) => set({ other: event.target.value })} />`}
      <${Choices} legend=${t('send.level')} name="level" value=${level} onChange=${(/** @type {string} */ next) => set({ level: next })}
        options=${destination.levels.map((/** @type {string} */ name) => ({
          value: name,
          label: t(`level.${name}`),
          hint: [has(`level.${name}.hint`) && t(`level.${name}.hint`), ...(name === destination.levels[0] ? destination.narrow.map(narrower) : [])]
            .filter(Boolean).join(' '),
        }))} />
      ${destination.asks.includes('class') && html`<${Field} id="send-class" kind="select" label=${t('send.class')} required
          fault=${faults.class && t(faults.class)} value=${form.class} onChange=${(/** @type {any} */ event) => set({ class: event.target.value })}>
          <option value="">${t('send.class.choose')}</option>
          ${(destination.classes ?? CLASSES).map((/** @type {string} */ n) => html`<option key=${n} value=${n}>${t('send.class.name', { class: n })} ${has(`send.class.${n}`) ? t(`send.class.${n}`) : ''}</option>`)}
        <//>`}
      ${asksReason && html`<${Field} id="send-reason" kind="textarea" label=${t(needsReason ? 'send.reason' : 'send.reason.optional')} hint=${t('send.reason.hint')} required=${needsReason}
          fault=${faults.reason && t(faults.reason)} value=${form.reason} maxlength="400"
          onInput=${(/** @type {any} */ event) => set({ reason: event.target.value })} />`}
      ${destination.direction === 'down' && html`<${TakeOut} form=${form} set=${set} />`}
    </div>
    <div class="send-foot">
      <button type="submit" class="button main big" aria-disabled=${waiting === 0 || sending ? 'true' : undefined}>
        <${Icon} name="up" />${waiting === 0 ? t('send.submit.none') : plural('send.submit', waiting)}
      </button>
      ${done.length > 0 && !sending && html`<button type="button" class="button" onClick=${() => queue.clear()}>${t('send.clear')}</button>`}
    </div>
  </form>`;
}

/** What is written down of a take-out, beside class and reason. @param {{ outside: string, medium: string, returnBy: string }} form */
const takeoutOf = ({ outside, medium, returnBy }) => ({
  outside: outside.trim() || null,
  medium: medium === 'none' ? null : medium,
  returnBy: medium === 'none' ? null : returnBy || null,
});

/** @param {{ form: any, set: (what: Record<string, string>) => void }} props */
function TakeOut({ form, set }) {
  const field = (/** @type {string} */ name) => ({ value: form[name], onInput: (/** @type {any} */ event) => set({ [name]: event.target.value }) });
  return html`<fieldset class="stack"><legend>${t('takeout.title')}</legend>
    <p class="small soft">${t('takeout.scan')}</p>
    <${Field} id="send-outside" label=${t('takeout.outside')} hint=${t('takeout.outside.hint')} maxlength="100" ...${field('outside')} />
    <${Field} id="send-medium" kind="select" label=${t('takeout.medium')} value=${form.medium} onChange=${(/** @type {any} */ event) => set({ medium: event.target.value })}>
      ${MEDIA.map((name) => html`<option key=${name} value=${name}>${t(`takeout.medium.${name}`)}</option>`)}
    <//>
    ${form.medium !== 'none' && html`<${Field} id="send-return" type="date" label=${t('takeout.return-by')} hint=${t('takeout.return-by.hint')} ...${field('returnBy')} />`}
  </fieldset>`;
}

/** Types that the policy sends another way. @param {{ level: string, types: string[] }} narrow */
const narrower = ({ level, types }) =>
  t('send.narrow', { types: types.map(typeLabel).join(t('list.and')), level: t(`level.${level}`) });

/** @param {{ some: boolean, sizeMax: number, types: string[] | null, onFiles: (files: Iterable<File>, folders?: number) => void }} props */
function Drop({ some, sizeMax, types, onFiles }) {
  const [over, setOver] = useState(false);
  const [folders, setFolders] = useState(0);
  const chooser = useRef(/** @type {HTMLInputElement | null} */ (null));
  const drop = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    setOver(false);
    const files = [];
    let seen = 0;
    for (const item of event.dataTransfer?.items ?? []) {
      if (item.kind !== 'file') continue;
      const file = item.getAsFile();
      if (item.webkitGetAsEntry?.()?.isDirectory) seen += 1;
      else if (file) files.push(file);
    }
    setFolders(seen);
    onFiles(files, seen);
  };
  return html`<div class="drop ${over ? 'over' : ''} ${some ? 'some' : ''}" onDragOver=${(/** @type {DragEvent} */ event) => {
    event.preventDefault();
    setOver(true);
  }} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    ${!some && html`<img src="/image/hand-in.svg" alt="" width="160" height="120" /><strong>${t('send.drop')}</strong><span class="soft">${t('send.drop.or')}</span>`}
    <input ref=${chooser} class="unseen" type="file" multiple tabindex="-1" aria-hidden="true" id="send-files"
      onChange=${(/** @type {any} */ event) => {
        setFolders(0);
        onFiles([...event.target.files]);
        event.target.value = '';
      }} />
    <button type="button" class="button ${some ? '' : 'main'}" onClick=${() => chooser.current?.click()}>${t(some ? 'send.choose.more' : 'send.choose')}</button>
    <span class="small soft">${t('send.limit', { size: size(sizeMax, locale()) })}${types && html`<br />${t('send.types', { types: types.map(typeLabel).join(t('list.and')) })}`}</span>
    ${folders > 0 && html`<${Fault}>${t('send.folder')}<//>`}
  </div>`;
}

/** @param {{ items: import('../upload.js').Item[], queue: Uploads, sizeMax: number, onRetry: (key: number) => void }} props */
function Files({ items, queue, sizeMax, onRetry }) {
  const followed = items.filter((item) => item.crossing);
  const watch = useLive(followed.length > 0 ? `/crossings${query({ box: 'sent', limit: 50 })}` : null);
  const now = new Map((watch.data?.items ?? []).map((/** @type {any} */ crossing) => [crossing.id, crossing]));
  // Not while one of them has come back.
  const allGone = followed.length === items.length && followed.every(({ crossing }) => now.get(crossing.id)?.state !== 'refused');
  return html`<section class="sheet" aria-labelledby="files-title">
    <h2 id="files-title">${t('send.files')}</h2>
    <ul class="files">
      ${items.map((item) => html`<${FileRow} key=${item.key} item=${item} sizeMax=${sizeMax}
        crossing=${item.crossing ? (now.get(item.crossing.id) ?? item.crossing) : null}
        onPassword=${(/** @type {string} */ password) => queue.change(item.key, { password })}
        onRetry=${() => onRetry(item.key)} onRemove=${() => queue.remove(item.key)} />`)}
    </ul>
  </section>
  ${allGone && html`<${Note} tone="good"><p>${t('send.done.all')}</p><//>`}`;
}

/**
 * @param {{ item: import('../upload.js').Item, crossing: any, sizeMax: number, onPassword: (password: string) => void,
 *           onRetry: () => void, onRemove: () => void }} props
 */
function FileRow({ item, crossing, sizeMax, onPassword, onRetry, onRemove }) {
  const { file, phase, share, fault, problem } = item;
  const state = crossing?.state ?? null;
  // It came back because of its lock: the file is still at hand, and may go again with a password.
  const lock = state === 'refused' && crossing.reason === 'encrypted' ? `reason.encrypted.next.${crossing.typeIn}` : null;
  const back = lock !== null && !has(lock); // of some kinds no password takes it off
  const name = visibleName(file.name);
  const percent = Math.floor(share * 100);
  return html`<li class=${phase}>
    <${Kind} type=${null} name=${file.name} />
    <div>
      <div class="name"><${Name} name=${file.name} /> <span class="small soft number">${size(file.size, locale())}</span></div>
      ${isDeceptive(file.name) && html`<p class="warn small">${t('send.deceptive')}</p>`}
      ${phase === 'waiting' && html`<span class="soft small">${t('send.waiting')}</span>`}
      ${phase === 'sending' && html`<progress max="100" value=${percent} aria-label=${t('send.progress', { name })}></progress>
        <span class="soft small number">${t('send.uploading', { percent })}</span>`}
      ${phase === 'failed' && html`<p class="fault" role="alert">${fault ? t(fault, { size: size(sizeMax, locale()) }) : (problem?.words ?? t('problem.page-fault'))}
        ${problem?.wait ? ` ${waitWords(problem.wait)}` : ''}</p>`}
      ${state && html`<${State} state=${state} />`}
      ${lock && has(lock) && html`<p class="small">${t(lock)}</p>`}
      ${(back || (item.locked && phase !== 'sending' && phase !== 'done')) && html`<${Password} item=${item} back=${back} onPassword=${onPassword} onRetry=${onRetry} />`}
    </div>
    <div class="acts">
      ${crossing && html`<a class="button" href="/crossings/${crossing.id}">${t('send.see')}<span class="unseen"> ${name}</span></a>`}
      ${phase === 'failed' && !fault && html`<button type="button" class="button" aria-label=${t('send.retry.named', { name })} onClick=${onRetry}>${t('send.retry')}</button>`}
      ${phase !== 'done' && html`<button type="button" class="button plain" aria-label=${t(phase === 'sending' ? 'send.cancel' : 'send.remove', { name })} onClick=${onRemove}><${Icon} name="cross" /></button>`}
    </div>
  </li>`;
}

/**
 * The password of one locked file. It stays in this page's memory until the file is handed in, and is stored nowhere.
 * @param {{ item: import('../upload.js').Item, back: boolean, onPassword: (password: string) => void, onRetry: () => void }} props
 */
function Password({ item, back, onPassword, onRetry }) {
  const name = visibleName(item.file.name);
  const tooLong = passwordBytes(item.password) > 255;
  return html`<div class="password">
    <${Field} id="send-password-${item.key}" type="password" label=${t('send.password')} hint=${t(back ? 'send.password.again' : 'send.password.hint')}
      fault=${tooLong ? t('send.password.long') : null} value=${item.password} autocomplete="off" maxlength="255"
      onInput=${(/** @type {any} */ event) => onPassword(event.target.value)} />
    ${back && html`<button type="button" class="button" disabled=${item.password === '' || tooLong}
      aria-label=${t('send.retry.named', { name })} onClick=${onRetry}>${t('send.retry')}</button>`}
  </div>`;
}
