// @ts-check
// The menu of a panel as the ARIA practices have it: arrows move, Escape and Tab close, focus comes back.

import { el } from "./elements.js";
import { t } from "./words.js";

/**
 * @param {HTMLElement} box
 * @param {HTMLElement} button
 * @param {import("./panel-button.js").Acts} acts
 * @returns {(at: number) => void} opens it at an entry, or closes it
 */
export function menu(box, button, acts) {
  const entries = Object.entries(acts).map(([name, act]) => {
    const entry = el("button", { type: "button", role: "menuitem", tabindex: -1, "data-name": name }, t(`chart.menu_${name}`));
    entry.addEventListener("click", () => {
      close(true);
      act();
    });
    return entry;
  });
  const list = el("div", { class: "panel-menu-list", role: "menu", "aria-label": button.getAttribute("aria-label"), hidden: true }, ...entries);
  box.append(list);

  /** @param {number} at */
  function open(at) {
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    entries.at(at)?.focus();
  }
  /** @param {boolean} back whether the focus goes back to the button */
  function close(back) {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  }
  list.addEventListener("keydown", (event) => {
    const here = entries.findIndex((entry) => entry === document.activeElement);
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") close(true);
    if (event.key === "Tab") close(false);
    if (event.key === "Escape" || there !== undefined) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (there !== undefined) entries.at(there % entries.length)?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.hidden && event.target instanceof Node && !box.contains(event.target)) close(false);
  });
  return (at) => (list.hidden ? open(at) : close(true));
}
