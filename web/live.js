// SPDX-License-Identifier: Apache-2.0
// live.js - keep what is on the screen as fresh as the station: ask every two seconds with the last ETag,
// rest while the page is hidden, wait longer while the station cannot be reached.
// @ts-check
import { Problem, ask } from './api.js';
import { useEffect, useRef, useState } from './view.js';

const EVERY = 2000;
const SLOWEST = 30000;

/**
 * @typedef {{ data: any, problem: Problem | null, loading: boolean, refresh: () => void }} Live
 */

/**
 * @param {string | null} path below /api/v1; null asks nothing
 * @param {{ every?: number, until?: (data: any) => boolean }} [options] `until`: stop asking once it holds
 * @returns {Live}
 */
export function useLive(path, { every = EVERY, until } = {}) {
  const [state, setState] = useState(/** @type {{ data: any, problem: Problem | null, loading: boolean, path: string | null }} */ ({
    data: null,
    problem: null,
    loading: true,
    path,
  }));
  const nudge = useRef(() => {});
  const stop = useRef(until);
  stop.current = until;

  useEffect(() => {
    if (path === null) return undefined;
    let alive = true;
    let busy = false;
    let timer = 0;
    let pause = every;
    /** @type {string | null} */
    let etag = null;
    let over = false;

    const later = () => {
      clearTimeout(timer);
      if (alive && !over && !document.hidden) timer = setTimeout(round, pause);
    };
    const round = async () => {
      if (busy || !alive) return;
      busy = true;
      try {
        const answer = await ask(path, { etag });
        pause = every;
        if (!alive) return;
        if (answer.status !== 304) {
          etag = answer.etag;
          over = stop.current?.(answer.data) ?? false;
          setState({ data: answer.data, problem: null, loading: false, path });
        } else {
          setState((was) => (was.problem ? { ...was, problem: null } : was));
        }
      } catch (problem) {
        if (!alive) return;
        const known = problem instanceof Problem ? problem : new Problem(0, 'page-fault', String(problem));
        // What was asked for is gone or closed to this person: asking again changes nothing.
        over = known.status === 403 || known.status === 404;
        pause = known.wait ? known.wait * 1000 : Math.min(SLOWEST, pause * 2);
        setState((was) => ({ data: was.path === path ? was.data : null, problem: known, loading: false, path }));
      } finally {
        busy = false;
        later();
      }
    };
    nudge.current = () => {
      over = false;
      clearTimeout(timer);
      round();
    };
    const seen = () => {
      clearTimeout(timer);
      if (!document.hidden && !over) round();
    };
    setState((was) => (was.path === path ? was : { data: null, problem: null, loading: true, path }));
    document.addEventListener('visibilitychange', seen);
    addEventListener('online', seen);
    round();
    return () => {
      alive = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('online', seen);
    };
  }, [path, every]);

  return { ...state, refresh: () => nudge.current() };
}

/**
 * Ask once.
 * @param {string | null} path
 * @returns {Live}
 */
export const useOnce = (path) => useLive(path, { until: always });

const always = () => true;

/** Say something to people who listen rather than look. @param {string} words */
export function say(words) {
  const place = document.getElementById('polite');
  if (!place) return;
  // The same words twice are only read twice when the text was empty between.
  place.textContent = '';
  setTimeout(() => {
    place.textContent = words;
  }, 50);
}
