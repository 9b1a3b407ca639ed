// SPDX-License-Identifier: Apache-2.0
// findings.js - what disarm found, put together as a person reads it. Pure.
// @ts-check

/**
 * @typedef {{ element: string, action: 'removed' | 'replaced' | 'kept' | 'refused', place: string, count: number,
 *             label: { ja: string, en: string } }} Finding
 * @typedef {{ element: string, action: string, label: { ja: string, en: string }, count: number, places: string[] }} Group
 * @typedef {{ action: string, groups: Group[], count: number }} Part
 */

/** In this order: what stopped it, what is gone, what is other than before, what stayed. */
export const ACTIONS = ['refused', 'removed', 'replaced', 'kept', 'beside'];

/**
 * One line for each element and action, with every place it was at.
 * @param {Finding[]} findings
 * @param {boolean} [refused] as a whole: nothing was replaced or kept then, only found beside what stopped it
 * @returns {Part[]}
 */
export function gather(findings, refused = false) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const finding of findings) {
    const action = refused && finding.action !== 'refused' ? 'beside' : finding.action;
    const key = `${action} ${finding.element}`;
    const group = groups.get(key) ?? {
      element: finding.element,
      action,
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

/** Between a member of an archive and what was found in it (docs/formats/children.md). */
const INSIDE = ' › ';
/** A name with its extension, and one of what has members of its own. */
const MEMBER = /\.[a-z0-9]{1,5}$/i;
const HOLDER = /\.(zip|tar|t?gz|bz2|xz|7z|rar|lzh|cab|eml|msg|mbox|mht)$/i;

/**
 * What was found at the file itself, then at each of its members, in the order they were met.
 * A place is `member › place`, a member's own members likewise; a lost member's is `member › reason`; of what concerns a
 * member as a whole it is its name alone.
 * @param {Finding[]} findings
 * @param {boolean} [archive] what came out is one
 * @returns {{ path: string[], findings: Finding[], lost: string }[]} the first is the file itself: no path. `lost`: a reason
 */
export function members(findings, archive = false) {
  const all = [{ path: /** @type {string[]} */ ([]), findings: /** @type {Finding[]} */ ([]), lost: '' }];
  for (const finding of findings) {
    const parts = finding.place.split(INSIDE);
    let place = parts.pop() ?? '';
    if (archive && (parts.length === 0 || HOLDER.test(parts[parts.length - 1])) && MEMBER.test(place) && !finding.element.startsWith('archive-')) {
      parts.push(place);
      place = '';
    }
    const key = parts.join(INSIDE);
    let member = all.find((one) => one.path.join(INSIDE) === key);
    if (!member) all.push((member = { path: parts, findings: [], lost: '' }));
    if (finding.element === 'archive-member' && parts.length > 0) member.lost = place;
    else member.findings.push({ ...finding, place });
  }
  return all;
}
