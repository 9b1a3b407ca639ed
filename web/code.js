// SPDX-License-Identifier: Apache-2.0
// code.js - codes as people type them: full width, with spaces and hyphens. Pure.
// @ts-check

const BETWEEN = /[\s\u002d\u2010-\u2015\u2212\u30fc]/g;

/** @param {string} text */
export const tidyCode = (text) => text.normalize('NFKC').replace(BETWEEN, '');
