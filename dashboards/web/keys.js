// @ts-check
// Keyboard shortcuts, Grafana's where it has them, and the list of them behind "?".

import { find } from "./elements.js";

const PATIENCE = 1_500;  // from the first letter of a shortcut to the second

/** @typedef {Record<string, () => void>} Actions by keys: "t z" is t, then z */

/** @param {EventTarget|null} target */
const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

/** What something else made use of; a chart leaves its point by Escape, and the full view ends too.
 * @param {KeyboardEvent} event
 */
const taken = (event) => event.defaultPrevented && event.key !== "Escape";

/** @param {Actions} actions */
export function shortcuts(actions) {
  const dialog = /** @type {HTMLDialogElement} */ (find("keys"));
  const open = async () => {
    (await import("./later.js")).listKeys(Object.keys(all));
    if (!dialog.open) dialog.showModal();
  };
  const all = /** @type {Actions} */ ({ ...actions, "?": open });
  let first = "";
  let timer = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || taken(event) || typing(event.target) || document.querySelector("dialog[open]")) return;
    const both = first ? `${first} ${event.key}` : event.key;
    clearTimeout(timer);
    const act = all[both] ?? all[event.key];
    first = "";
    if (act) {
      if (event.key !== "Escape") event.preventDefault();
      return act();
    }
    if (Object.keys(all).some((keys) => keys.startsWith(`${event.key} `))) {
      first = event.key;
      timer = window.setTimeout(() => { first = ""; }, PATIENCE);
    }
  });
  find("help").addEventListener("click", open);
}
