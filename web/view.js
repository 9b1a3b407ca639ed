// SPDX-License-Identifier: Apache-2.0
// view.js - the one place that names the two libraries; every other module takes its view from here.
// @ts-check
import { Fragment, h, render } from './vendor/preact.js';
import htm from './vendor/htm.js';

/** Tagged template that builds Preact nodes: html`<p>…</p>`. Values are text, never markup. */
export const html = htm.bind(h);

export { Fragment, h, render };
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from './vendor/hooks.js';
