// SPDX-License-Identifier: Apache-2.0
// dialog.js - the browser's own modal dialog: it keeps the focus inside and gives it back.
// @ts-check
import { html, useEffect, useRef } from '../view.js';

/** @param {{ title: string, id: string, onClose?: () => void, children: any }} props no onClose: it cannot be put away */
export function Dialog({ title, id, onClose, children }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return html`<dialog ref=${box} aria-labelledby=${id} onCancel=${(/** @type {Event} */ event) => {
    event.preventDefault();
    onClose?.();
  }}>
    <div class="stack">
      <h2 id=${id}>${title}</h2>
      ${children}
    </div>
  </dialog>`;
}
