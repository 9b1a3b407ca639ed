// SPDX-License-Identifier: Apache-2.0
// destinations.js - the policy's sentences about files, put together zone by zone as a person chooses. Pure.
// A zone may have one sentence for all types and narrower ones for some; which of them governs a file the
// station decides when it knows the type. So the common choice leaves the level to the policy.
// @ts-check

/**
 * @typedef {{ zone: string, label: string, direction: 'up' | 'down', levels: string[], types: string[] | null, sizeMax: number,
 *             approval: string | null, classes: string[] | null, asks: string[] }} Rule
 * @typedef {{ zone: string, label: string, direction: 'up' | 'down', levels: string[], types: string[] | null, sizeMax: number,
 *             approval: string | null, classes: string[] | null, asks: string[], narrow: { level: string, types: string[] }[] }} Destination
 * `levels[0]`: the policy's own; `types`: null, or all that may go; `narrow`: types that go at another level
 */

/** 自治体機密性, from public to kept closest. */
export const CLASSES = ['1', '2', '3C', '3B', '3A'];

/** @template T @param {T[]} list @returns {T[]} */
const unique = (list) => [...new Set(list)];

/**
 * @param {Rule[]} rules
 * @returns {Destination[]}
 */
export function byZone(rules) {
  return unique(rules.map(({ zone }) => zone)).map((zone) => {
    const own = rules.filter((rule) => rule.zone === zone);
    const main = own.find(({ types }) => types === null) ?? own[0];
    const classes = own.flatMap((rule) => rule.classes ?? []);
    return {
      ...main,
      types: main.types === null ? null : unique(own.flatMap(({ types }) => types ?? [])),
      sizeMax: Math.max(...own.map(({ sizeMax }) => sizeMax)),
      approval: own.find(({ approval }) => approval)?.approval ?? null,
      classes: classes.length > 0 ? unique(classes).sort((a, b) => CLASSES.indexOf(a) - CLASSES.indexOf(b)) : null,
      asks: unique(own.flatMap(({ asks }) => asks)),
      narrow: own
        .filter((rule) => rule !== main && rule.types !== null && rule.levels[0] !== main.levels[0])
        .map(({ levels, types }) => ({ level: levels[0], types: types ?? [] })),
    };
  });
}

/**
 * What to ask the station for: nothing where the policy's own level is meant, so that narrower sentences hold.
 * @param {Destination} destination
 * @param {string} level
 */
export const levelToAsk = (destination, level) => (level === destination.levels[0] ? null : level);
