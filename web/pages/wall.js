// SPDX-License-Identifier: Apache-2.0
// wall.js - the wall: is what is loaded what the policy says, what passes between the zones, and could this packet?
// @ts-check
import { asProblem, post } from '../api.js';
import { lang, locale, plural, t } from '../i18n.js';
import { say, useLive } from '../live.js';
import { Field } from '../parts/field.js';
import { Loading, Note, ProblemNote } from '../parts/note.js';
import { WallMap } from '../parts/wall-map.js';
import { Digest, Time } from '../parts/words.js';
import { html, useState } from '../view.js';

/** The watcher speaks at least once a minute: after this it is not watching any more. µs. */
const STALE = 180e6;

const TONES = /** @type {Record<string, 'good' | 'bad' | 'wait'>} */ ({ proved: 'good', 'not-allowed': 'bad', 'not-proven': 'wait' });

/** @param {number} n */
const number = (n) => new Intl.NumberFormat(locale()).format(n);

/** Every ordered pair of places that the policy or the kernel speaks of. @param {any} data */
function pairsOf(data) {
  /** @type {Map<string, import('../parts/wall-map.js').Pair>} */
  const pairs = new Map();
  const at = (/** @type {string} */ from, /** @type {string} */ to) => {
    const key = `${from}>${to}`;
    if (!pairs.has(key)) pairs.set(key, { from, to, flows: [], counts: null });
    return /** @type {import('../parts/wall-map.js').Pair} */ (pairs.get(key));
  };
  for (const flow of data.flows) if (!flow.over) at(flow.from.zone, flow.to.zone).flows.push(flow);
  for (const counts of data.status?.pairs ?? []) at(counts.from, counts.to).counts = counts;
  return [...pairs.values()];
}

export function Wall() {
  const { data, problem, refresh } = useLive('/wall', { every: 5000 });
  const pairs = data ? pairsOf(data) : [];
  const names = new Map(data?.zones.map((/** @type {any} */ zone) => [zone.name, zone.label]));
  const label = (/** @type {string} */ name) => names.get(name) ?? t(name === '-' ? 'wall.itself' : 'wall.outside');
  return html`<div class="page-head">
      <div class="stack"><h1 tabindex="-1">${t('wall.title')}</h1><p>${t('wall.lead')}</p></div>
      <span class="live">${t('crossings.live')}</span>
    </div>
    ${problem && html`<${ProblemNote} problem=${problem} retry=${refresh} />`}
    ${!data && !problem && html`<${Loading} />`}
    ${data && html`
      <${Verdict} status=${data.status} />
      <section class="sheet" aria-labelledby="wall-pairs">
        <h2 id="wall-pairs">${t('wall.between')}</h2>
        <${WallMap} zones=${data.zones} pairs=${pairs.filter((pair) => pair.from !== '-' && pair.to !== '-')} />
        <${Pairs} pairs=${pairs} label=${label} />
      </section>
      ${data.status?.counterexamples.length > 0 && html`<${Found} items=${data.status.counterexamples} name="leaks" />`}
      ${data.status?.blocked.length > 0 && html`<${Found} items=${data.status.blocked} name="blocked" />`}
      ${data.status?.unmodelled.length > 0 && data.status.verdict === 'not-proven' && html`<${Unmodelled} items=${data.status.unmodelled} />`}
      ${data.status && html`<${Ask} label=${label} /><${Sources} status=${data.status} label=${label} /><${Dropped} counters=${data.status.counters ?? []} zones=${data.zones} label=${label} />`}`}`;
}

/** The one line that an officer reads. @param {{ status: any }} props */
function Verdict({ status }) {
  if (!status) return html`<${Note} tone="wait" role="alert"><p><strong>${t('wall.unwatched')}</strong></p><p>${t('wall.unwatched.do')}</p><//>`;
  const stale = Date.now() * 1000 - status.at > STALE;
  const verdict = stale ? 'stale' : status.verdict;
  return html`<${Note} tone=${stale ? 'bad' : (TONES[status.verdict] ?? 'wait')} role=${verdict === 'proved' ? undefined : 'alert'}>
    <p><strong>${t(`wall.verdict.${verdict}`)}</strong></p>
    <p>${t(`wall.verdict.${verdict}.means`)}</p>
    <dl class="facts">
      <dt>${t('wall.checked')}</dt><dd><${Time} at=${status.checkedAt} /></dd>
      <dt>${t('wall.proved')}</dt><dd>${status.provedAt > 0 ? html`<${Time} at=${status.provedAt} />` : t('wall.never')}</dd>
      <dt>${t('wall.rules')}</dt><dd class="number">${number(status.rules)}</dd>
      <dt>${t('wall.policy')}</dt><dd>${status.policy ? html`<${Digest} digest=${status.policy} />` : '—'}</dd>
      <dt>${t('wall.sealed')}</dt><dd class="number">${number(status.leaves)}</dd>
    </dl>
  <//>`;
}

/** @param {{ flow: any }} props */
const Flow = ({ flow }) => html`<li>${flow.from.label} → ${flow.to.label} <span class="mono">${flow.ports.join(', ')}</span>
  ${flow.specific && html` <span class="state wait">${t('wall.specific', { until: flow.until })}</span>`}</li>`;

/** @param {{ pairs: import('../parts/wall-map.js').Pair[], label: (name: string) => string }} props */
function Pairs({ pairs, label }) {
  if (pairs.length === 0) return html`<p class="soft">${t('wall.nothing')}</p>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${t('wall.between')}><table>
    <thead><tr><th>${t('wall.from')}</th><th>${t('wall.to')}</th><th>${t('wall.sentences')}</th>
      <th class="number">${t('wall.passed')}</th><th class="number">${t('wall.refused')}</th><th class="number">${t('wall.impossible')}</th></tr></thead>
    <tbody>${pairs.map((pair) => html`<tr key=${`${pair.from}>${pair.to}`}>
      <td>${label(pair.from)}</td><td>${label(pair.to)}</td>
      <td>${pair.flows.length > 0 ? html`<ul>${pair.flows.map((flow, index) => html`<${Flow} key=${index} flow=${flow} />`)}</ul>` : html`<span class="soft">${t('wall.closed')}</span>`}</td>
      <td class="number">${number(pair.counts?.allowed ?? 0)}</td>
      <td class="number">${number(pair.counts?.refused ?? 0)}</td>
      <td class="number">${pair.counts?.impossible > 0 ? html`<strong class="state bad">${number(pair.counts.impossible)}</strong>` : '0'}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

/** @param {{ path: any[] }} props */
const Path = ({ path }) => html`<ol class="stack small">${path.map((step, index) => html`<li key=${index}><span class="soft">${step.table} ${step.chain}${step.line > 0 && html`: ${t('wall.line', { line: step.line })}`}</span><br /><code>${step.rule}</code></li>`)}</ol>`;

/** @param {{ items: any[], name: string }} props */
const Found = ({ items, name }) => html`<section class="sheet" aria-labelledby="wall-${name}">
  <h2 id="wall-${name}">${t(`wall.${name}`)}</h2><p>${t(`wall.${name}.means`)}</p>
  <ul class="found">${items.map((item, index) => html`<li key=${index} class="stack">
    <code>${item.packet}</code>
    ${item.breaks ? html`<p>${t(`wall.breaks.${item.breaks}`)}${item.line > 0 && html` <span class="soft">${t('wall.policy.line', { line: item.line })}</span>`}</p>` : item.sentence && html`<p>${item.sentence}</p>`}
    ${item.edit && html`<p>${t('wall.edit')} <code>${item.edit}</code></p>`}
    ${item.path?.length > 0 && html`<details><summary>${plural('wall.path', item.path.length)}</summary><${Path} path=${item.path} /></details>`}
  </li>`)}</ul>
</section>`;

/** @param {{ items: any[] }} props */
const Unmodelled = ({ items }) => html`<section class="sheet" aria-labelledby="wall-unmodelled">
  <h2 id="wall-unmodelled">${t('wall.unmodelled')}</h2>
  <ul class="stack">${items.map((item, index) => html`<li key=${index}>${item.line > 0 && html`<span class="soft">${t('wall.line', { line: item.line })} </span>`}${item.text && html`<code>${item.text}</code> `}${(lang() === 'ja' && item.why_ja) || item.why}</li>`)}</ul>
</section>`;

const EMPTY = { from: '', to: '', protocol: 'tcp', port: '443' };

/** Could this packet pass? @param {{ label: (name: string) => string }} props */
function Ask({ label }) {
  const [values, setValues] = useState(EMPTY);
  const [answer, setAnswer] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const field = (/** @type {keyof typeof EMPTY} */ name) => ({
    value: values[name],
    onInput: (/** @type {any} */ event) => setValues({ ...values, [name]: event.currentTarget.value }),
  });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { from, to, protocol, port } = values;
      const given = await post('/wall/ask', { from: from.trim(), to: to.trim(), protocol, ...(protocol === 'icmp' ? {} : { port: Number(port) }) });
      setAnswer(given);
      say(t(`wall.ask.${given.passes}`));
    } catch (fault) {
      setAnswer(null);
      setProblem(asProblem(fault));
    }
    setBusy(false);
  };
  return html`<section class="sheet" aria-labelledby="wall-ask">
    <h2 id="wall-ask">${t('wall.ask')}</h2><p>${t('wall.ask.lead')}</p>
    <form class="row" onSubmit=${submit}>
      <${Field} id="wall-ask-from" label=${t('wall.ask.from')} required autocomplete="off" spellcheck="false" placeholder="10.20.1.5" ...${field('from')} />
      <${Field} id="wall-ask-to" label=${t('wall.ask.to')} required autocomplete="off" spellcheck="false" placeholder="203.0.113.9" ...${field('to')} />
      <${Field} id="wall-ask-protocol" label=${t('wall.ask.protocol')} kind="select" ...${field('protocol')}>
        <option value="tcp">TCP</option><option value="udp">UDP</option><option value="icmp">ICMP</option>
      <//>
      ${values.protocol !== 'icmp' && html`<${Field} id="wall-ask-port" label=${t('wall.ask.port')} required type="number" min="1" max="65535" ...${field('port')} />`}
      <button type="submit" class="button strong" disabled=${busy}>${t('wall.ask.do')}</button>
    </form>
    ${problem && (problem.code === 'bad-request' ? html`<${Note} tone="bad" role="alert"><p>${t('wall.ask.wrong')}</p><//>` : html`<${ProblemNote} problem=${problem} />`)}
    ${answer && html`<${Answer} answer=${answer} label=${label} />`}
  </section>`;
}

/** @param {{ answer: any, label: (name: string) => string }} props */
function Answer({ answer, label }) {
  const right = (answer.passes === 'yes') === answer.allowed;
  return html`<${Note} tone=${answer.passes === 'unsure' || !right ? 'bad' : answer.passes === 'yes' ? 'good' : 'busy'}>
    <p><strong>${t(`wall.ask.${answer.passes}`)}</strong> ${label(answer.from ?? '')} → ${label(answer.to ?? '')}</p>
    <p>${answer.allowed ? (answer.line > 0 ? t('wall.ask.allowed', { line: answer.line }) : t('wall.ask.allowed.anyway')) : t('wall.ask.forbidden')}</p>
    <p><code>${answer.packet}</code></p>
    <${Path} path=${answer.path} />
  <//>`;
}

/** @param {{ status: any, label: (name: string) => string }} props */
function Sources({ status, label }) {
  return html`<section class="sheet" aria-labelledby="wall-sources">
    <h2 id="wall-sources">${t('wall.sources')}</h2><p class="small soft">${t('wall.sources.lead')}</p>
    ${status.sources.length === 0 ? html`<p class="soft">${t('wall.sources.none')}</p>` : html`<table>
      <thead><tr><th>${t('wall.ask.from')}</th><th>${t('wall.zone')}</th><th class="number">${t('wall.refused')}</th></tr></thead>
      <tbody>${status.sources.map((/** @type {any} */ source) => html`<tr key=${source.address}><td class="mono">${source.address}</td><td>${label(source.zone)}</td><td class="number">${number(source.drops)}</td></tr>`)}</tbody>
    </table>`}
    ${status.spoofed > 0 && html`<p>${plural('wall.spoofed', status.spoofed)}</p>`}
    ${(status.lost > 0 || status.lostUnknown > 0) && html`<p>${plural('wall.lost', status.lost)}</p>`}
  </section>`;
}

/** What a counter of the wall counts, in words. @param {any[]} zones @param {(name: string) => string} label */
function counterWords(zones, label) {
  const names = zones.map((zone) => zone.name);
  const words = new Map([['drop_outside', `${t('wall.outside')} → ${t('wall.outside')}`], ['drop_input', t('wall.dropped.input')], ['drop_output', t('wall.dropped.output')],
    ['spoof_outside', t('wall.dropped.spoof', { zone: t('wall.outside') })]]);
  for (const from of names) {
    words.set(`spoof_${from}`, t('wall.dropped.spoof', { zone: label(from) }));
    for (const to of names) words.set(`drop_${from}_to_${to}`, `${label(from)} → ${label(to)}`);
    for (const [other, word] of [['outside', t('wall.outside')], ['any', t('wall.dropped.any')]]) {
      words.set(`drop_${from}_to_${other}`, `${label(from)} → ${word}`);
      words.set(`drop_${other}_to_${from}`, `${word} → ${label(from)}`);
    }
  }
  return words;
}

/** Every dropped packet, as the kernel's own counters have it. @param {{ counters: any[], zones: any[], label: (name: string) => string }} props */
function Dropped({ counters, zones, label }) {
  const words = counterWords(zones, label);
  const some = counters.filter((counter) => counter.packets > 0).sort((a, b) => b.packets - a.packets);
  return html`<section class="sheet" aria-labelledby="wall-dropped">
    <h2 id="wall-dropped">${t('wall.dropped')}</h2><p class="small soft">${t('wall.dropped.lead')}</p>
    ${some.length === 0 ? html`<p class="soft">${t('wall.dropped.none')}</p>` : html`<table>
      <thead><tr><th>${t('wall.dropped.where')}</th><th class="number">${t('wall.dropped.packets')}</th></tr></thead>
      <tbody>${some.map((counter) => html`<tr key=${counter.name}><td>${words.get(counter.name) ?? html`<span class="mono">${counter.name}</span>`}</td><td class="number">${number(counter.packets)}</td></tr>`)}</tbody>
    </table>`}
  </section>`;
}
