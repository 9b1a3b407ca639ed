// SPDX-License-Identifier: Apache-2.0
// icon.js - small drawings, always beside words, never instead of them.
// @ts-check
import { html } from '../view.js';

/** Paths on a 24 × 24 ground, drawn as strokes. @type {Record<string, string>} */
const PATHS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  stop: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM6 6l12 12',
  clock: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 7.5V12l3 2',
  turn: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5',
  down: 'M12 4v11M7 10.5l5 5l5-5M5 20h14',
  up: 'M12 16V4M7 8.5l5-5l5 5M5 20h14',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5M12 7.5v.5',
  warn: 'M12 4L2.5 20h19zM12 10v4.5M12 17.2v.3',
  back: 'M19 12H5M11 6l-6 6l6 6',
  dot: 'M12 12h.01',
  section: 'M4 20.500V5.500L12 3l8 2.500v15zM4 20.500h16M9 9h.5M14.500 9h.5M9 13h.5M14.500 13h.5M10.500 20.500V17h3v3.500',
  screen: 'M3.500 5h17v11h-17zM9 20h6M12 16v4',
  key: 'M8 12a3.500 3.500 0 1 0-.01 0zM11.500 12H21M17.500 12v3M20.500 12v2.500',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4',
  plus: 'M12 5v14M5 12h14',
  person: 'M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4.5 20c1-4 4-5.5 7.5-5.5s6.500 1.500 7.500 5.500',
};

/** @param {{ name: string, size?: number, turning?: boolean }} props */
export function Icon({ name, size = 20, turning = false }) {
  return html`<svg width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" class=${turning ? 'turning' : ''}>
    <path d=${PATHS[name]} fill="none" stroke="currentColor" stroke-width=${name === 'dot' ? 10 : 2.2} stroke-linecap="round" stroke-linejoin="round" />
  </svg>`;
}
