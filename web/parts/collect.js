// SPDX-License-Identifier: Apache-2.0
// collect.js - one click and the browser downloads. The link leads to a single-use address, so the page asks
// first whether the file is still there: a refusal is then said here and not by a bare page of JSON.
// @ts-check
import { Problem, contentAddress, get } from '../api.js';
import { visibleName } from '../format.js';
import { t } from '../i18n.js';
import { say } from '../live.js';
import { html, useState } from '../view.js';
import { Icon } from './icon.js';
import { ProblemNote } from './note.js';

/**
 * @param {{ crossing: any, look?: boolean, main?: boolean, big?: boolean, onCollected?: () => void }} props
 * `look`: whoever is to decide looks at what would be handed over; the station records it
 */
export function Collect({ crossing, look = false, main = true, big = false, onCollected }) {
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const verb = look ? 'examine' : 'collect';
  if (!crossing.can.includes(verb)) return null;
  const words = look ? 'crossing.look' : crossing.state === 'delivered' ? 'crossing.collect.again' : 'crossing.collect';
  const name = visibleName(crossing.nameOut || crossing.name);
  const fetchIt = async (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    setProblem(null);
    try {
      const now = await get(`/crossings/${encodeURIComponent(crossing.id)}`);
      if (!now.can.includes(verb)) throw look ? new Problem(409, 'already-decided') : new Problem(410, 'gone');
      location.assign(contentAddress(crossing.id));
      say(t('crossing.collected'));
      onCollected?.();
    } catch (fault) {
      setProblem(fault instanceof Problem ? fault : new Problem(0, 'page-fault', String(fault)));
    }
  };
  return html`<a class="button ${main ? 'main' : ''} ${big ? 'big' : ''}" href=${contentAddress(crossing.id)} download
      aria-label=${t(look ? 'crossing.look.named' : 'crossing.collect.named', { name })} onClick=${fetchIt}>
      <${Icon} name="down" />${t(words)}
    </a>
    ${problem && html`<${ProblemNote} problem=${problem} />`}`;
}
