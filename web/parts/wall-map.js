// SPDX-License-Identifier: Apache-2.0
// wall-map.js - the zones side by side, the least trusted first, and an arc for each way that the policy opens.
// What is drawn is also in the table below it, so the picture is hidden from those who listen.
// @ts-check
import { t } from '../i18n.js';
import { html } from '../view.js';
import { depth } from './shell.js';

const BOX = { width: 152, height: 84, gap: 56 };
/** Room for the arcs above or below; what is left where there are none. */
const ROOM = { arcs: 132, none: 8 };

/** @typedef {{ name: string, label: string, trust: number }} Zone */
/** @typedef {{ from: string, to: string, flows: any[], counts: any }} Pair */

/** A label broken where it is too long for its box. @param {string} label @param {number} most */
function lines(label, most) {
  const letters = [...label];
  if (letters.length <= most) return [label];
  const second = letters.slice(most);
  return [letters.slice(0, most).join(''), second.length > most ? `${second.slice(0, most - 1).join('')}…` : second.join('')];
}

/** @param {{ zone: Zone, x: number, top: number }} props */
const Box = ({ zone, x, top }) => html`<g class="map-zone depth-${zone.name === '' ? 0 : depth(zone.trust)}">
  <rect x=${x} y=${top} width=${BOX.width} height=${BOX.height} rx="10" />
  ${lines(zone.label, 9).map((line, index, all) => html`<text key=${index} x=${x + BOX.width / 2} y=${top + BOX.height / 2 + 6 + (index - (all.length - 1) / 2) * 22} text-anchor="middle">${line}</text>`)}
</g>`;

/** Rightwards above the boxes, leftwards below them; the farther, the higher, so that no two arcs lie on each other.
 * @param {{ pair: Pair, places: Map<string, number>, top: number, longest: number }} props */
function Arc({ pair, places, top, longest }) {
  const from = places.get(pair.from) ?? 0;
  const to = places.get(pair.to) ?? 0;
  const up = to > from;
  const y = up ? top : top + BOX.height;
  const start = from + BOX.width / 2 + (up ? 14 : -14);
  const end = to + BOX.width / 2 + (up ? -14 : 14);
  const rise = 34 + (84 * Math.abs(to - from)) / longest;
  const peak = up ? y - rise : y + rise;
  const bad = (pair.counts?.impossible ?? 0) > 0;
  return html`<g class="map-arc ${bad ? 'bad' : ''} ${pair.flows.some((flow) => flow.specific) ? 'specific' : ''}">
    <path d="M ${start} ${y} C ${start} ${peak}, ${end} ${peak}, ${end} ${y + (up ? -6 : 6)}" marker-end="url(#arrow${bad ? '-bad' : ''})" />
    <g transform="translate(${(start + end) / 2} ${y + (up ? -1 : 1) * rise * 0.75})">
      <rect x="-17" y="-14" width="34" height="27" rx="13" /><text text-anchor="middle" y="6">${pair.flows.length}</text>
    </g>
  </g>`;
}

const Arrow = ({ id = 'arrow' }) => html`<marker id=${id} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" /></marker>`;

/** @param {{ zones: Zone[], pairs: Pair[] }} props */
export function WallMap({ zones, pairs }) {
  const outside = pairs.some((pair) => pair.flows.length > 0 && (pair.from === '' || pair.to === ''));
  const boxes = [...(outside ? [{ name: '', label: t('wall.outside'), trust: 0 }] : []), ...[...zones].sort((a, b) => a.trust - b.trust)];
  const places = new Map(boxes.map((zone, index) => [zone.name, 8 + index * (BOX.width + BOX.gap)]));
  const arcs = pairs.filter((pair) => pair.flows.length > 0 || pair.counts?.impossible > 0);
  const rises = (/** @type {Pair} */ pair) => (places.get(pair.to) ?? 0) > (places.get(pair.from) ?? 0);
  const top = arcs.some(rises) ? ROOM.arcs : ROOM.none;
  const below = arcs.every(rises) ? ROOM.none : ROOM.arcs;
  const longest = Math.max(BOX.width + BOX.gap, ...arcs.map((pair) => Math.abs((places.get(pair.to) ?? 0) - (places.get(pair.from) ?? 0))));
  const width = boxes.length * (BOX.width + BOX.gap) - BOX.gap + 16;
  return html`<div class="map-scroll"><svg class="wall-map" viewBox="0 0 ${width} ${top + BOX.height + below}" width=${width} aria-hidden="true">
    <defs><${Arrow} /><${Arrow} id="arrow-bad" /></defs>
    ${arcs.map((pair) => html`<${Arc} key=${`${pair.from}>${pair.to}`} pair=${pair} places=${places} top=${top} longest=${longest} />`)}
    ${boxes.map((zone) => html`<${Box} key=${zone.name} zone=${zone} x=${places.get(zone.name)} top=${top} />`)}
  </svg></div>`;
}
