// SPDX-License-Identifier: Apache-2.0
// findings.js - what disarm found, put together as a person reads it. Pure.
// @ts-check

/**
 * @typedef {{ element: string, action: 'removed' | 'replaced' | 'kept' | 'refused', place: string, count: number,
 *             label: { ja: string, en: string } }} Finding
 * @typedef {{ element: string, action: string, label: { ja: string, en: string }, count: number, places: string[] }} Group
 */

/** In this order: what stopped it, what is gone, what is other than before, what stayed. */
export const ACTIONS = ['refused', 'removed', 'replaced', 'kept'];

/**
 * One line for each element and action, with every place it was at.
 * @param {Finding[]} findings
 * @returns {{ action: string, groups: Group[], count: number }[]}
 */
export function gather(findings) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const finding of findings) {
    const key = `${finding.action} ${finding.element}`;
    const group = groups.get(key) ?? {
      element: finding.element,
      action: finding.action,
      label: finding.label,
      count: 0,
      places: [],
    };
    group.count += finding.count;
    if (finding.place && !group.places.includes(finding.place)) group.places.push(finding.place);
    groups.set(key, group);
  }
  return ACTIONS.map((action) => {
    const own = [...groups.values()].filter((group) => group.action === action);
    return { action, groups: own, count: own.reduce((sum, group) => sum + group.count, 0) };
  }).filter((part) => part.groups.length > 0);
}
