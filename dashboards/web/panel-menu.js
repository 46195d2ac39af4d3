// @ts-check
// A menu button as the ARIA practices have it: arrows move, Escape and Tab close, focus comes back.

import { el, svg } from "./elements.js";

/** @typedef {{name: string, label: string, act: () => void}} Item */

/**
 * @param {string} label of the button
 * @param {Item[]} items
 */
export function menu(label, items) {
  const dots = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true }, ...[3, 8, 13].map((cy) => svg("circle", { cx: 8, cy, r: 1.5, fill: "currentColor" })));
  const button = el("button", { type: "button", class: "panel-menu-button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label }, dots);
  const entries = items.map((item) => {
    const entry = el("button", { type: "button", role: "menuitem", tabindex: -1, "data-name": item.name }, item.label);
    entry.addEventListener("click", () => {
      close(true);
      item.act();
    });
    return entry;
  });
  const list = el("div", { class: "panel-menu-list", role: "menu", "aria-label": label, hidden: true }, ...entries);
  const box = el("div", { class: "panel-menu" }, button, list);

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
  button.addEventListener("click", () => (list.hidden ? open(0) : close(true)));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? 0 : -1);
  });
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
  return box;
}
