// SPDX-License-Identifier: Apache-2.0
// state.js - a crossing's life as a person follows it. Pure. The table of states is the station's
// (docs/architecture.md); here it is only put in order for reading.
// @ts-check

/**
 * @typedef {'sent' | 'arrived'} Box
 * @typedef {{ time: number, state: string, event: string, actor: string | null }} Act
 * @typedef {'done' | 'now' | 'next' | 'bad'} Mood
 * @typedef {{ state: string, mood: Mood, time: number | null }} Step
 */

const SENDING = ['received', 'working', 'held', 'offered', 'passed'];
const RECEIVING = ['arrived', 'held', 'ready', 'delivered'];
const ENDED_BADLY = new Set(['refused', 'denied', 'expired']);
const ENDED = new Set(['passed', 'delivered', ...ENDED_BADLY]);

/** Nothing more happens to it by itself. @param {string} state */
export const isOver = (state) => ENDED.has(state);

/** @param {string} state */
export const isBad = (state) => ENDED_BADLY.has(state);

/** Which colour and icon a state wears. @param {string} state @returns {'good' | 'bad' | 'wait' | 'busy'} */
export function tone(state) {
  if (ENDED_BADLY.has(state)) return 'bad';
  if (state === 'held') return 'wait';
  if (state === 'passed' || state === 'ready' || state === 'delivered') return 'good';
  return 'busy';
}

/**
 * The steps behind, the one now, and those to come. `held` is shown where the crossing was held or is
 * waiting for an approval; a bad end takes the place of everything that would have come.
 * @param {{ box: Box, state: string, approval?: { needed: string } | null, history?: Act[], created: number }} crossing
 * @returns {Step[]}
 */
export function steps(crossing) {
  const path = crossing.box === 'arrived' ? RECEIVING : SENDING;
  const history = crossing.history ?? [];
  const reached = new Map();
  for (const act of history) {
    if (!reached.has(act.state)) reached.set(act.state, act.time);
  }
  if (!reached.has(path[0])) reached.set(path[0], crossing.created);
  const at = path.indexOf(crossing.state);
  const shown = path.filter((state) => state !== 'held' || crossing.state === 'held' || reached.has('held') || crossing.approval);
  if (isBad(crossing.state)) {
    /** @type {Step[]} */
    const behind = shown
      .filter((state) => reached.has(state))
      .map((state) => ({ state, mood: 'done', time: reached.get(state) ?? null }));
    return [...behind, { state: crossing.state, mood: 'bad', time: reached.get(crossing.state) ?? null }];
  }
  return shown.map((state) => {
    const place = path.indexOf(state);
    const time = reached.get(state) ?? null;
    if (place < at || (place === at && isOver(state))) return { state, mood: 'done', time };
    if (place === at) return { state, mood: 'now', time };
    return { state, mood: 'next', time: null };
  });
}

/**
 * Put changed crossings into a list, newest first, each id once.
 * @template {{ id: string, created: number }} T
 * @param {T[]} list
 * @param {T[]} changed
 * @returns {T[]}
 */
export function merge(list, changed) {
  const byId = new Map(list.map((item) => [item.id, item]));
  for (const item of changed) byId.set(item.id, item);
  return [...byId.values()].sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
}

/**
 * What has changed for a listener: crossings whose state is new since the list before.
 * @template {{ id: string, state: string }} T
 * @param {T[]} before
 * @param {T[]} after
 * @returns {T[]}
 */
export function moved(before, after) {
  const was = new Map(before.map((item) => [item.id, item.state]));
  return after.filter((item) => was.get(item.id) !== item.state);
}

/** Lists that a role has. @param {string} role */
export const boxesFor = (role) => (role === 'administrator' ? ['arrived', 'sent', 'all'] : ['arrived', 'sent']);

/**
 * Which list to show: the one asked for; else, where people mostly hand in, what they handed in.
 * @param {string | null} asked
 * @param {number} trust
 * @param {string} role
 * @returns {string}
 */
export function boxFor(asked, trust, role) {
  if (asked !== null && boxesFor(role).includes(asked)) return asked;
  return trust <= 1 ? 'sent' : 'arrived';
}
