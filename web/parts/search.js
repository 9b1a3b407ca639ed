// SPDX-License-Identifier: Apache-2.0
// search.js - a field that searches: what is typed goes into the address, so that it can be gone back to.
// @ts-check
import { query } from '../api.js';
import { t } from '../i18n.js';
import { go } from '../router.js';
import { html, useRef } from '../view.js';
import { Field } from './field.js';

/** @param {{ route: import('../router.js').Route, label: string, filters?: { name: string, label: string, options: { value: string, label: string }[] }[] }} props */
export function Search({ route, label, filters = [] }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const seek = (/** @type {Event | undefined} */ event) => {
    event?.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (form.current));
    go(`${route.path}${query(Object.fromEntries([...given].map(([name, value]) => [name, String(value).trim()])))}`);
  };
  return html`<form ref=${form} class="search sheet" role="search" onSubmit=${seek}>
    <${Field} id="search-q" name="q" type="search" label=${label} maxlength="100" value=${route.search.get('q') ?? ''} />
    ${filters.map((filter) => html`<${Field} key=${filter.name} id="search-${filter.name}" name=${filter.name} kind="select" label=${filter.label}
      value=${route.search.get(filter.name) ?? ''} onChange=${() => seek(undefined)}>
      <option value="">${t('list.all')}</option>
      ${filter.options.map((option) => html`<option key=${option.value} value=${option.value}>${option.label}</option>`)}
    <//>`)}
    <button type="submit" class="button">${t('list.search')}</button>
  </form>`;
}
