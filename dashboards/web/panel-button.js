// @ts-check
// The button of a panel's menu; the menu itself comes when it is first opened.

import { el, svg } from "./elements.js";

/** What a menu offers, by name. @typedef {Record<string, () => void>} Acts */

/**
 * @param {string} label
 * @param {Acts} acts
 */
export function menuButton(label, acts) {
  const dots = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true }, ...[3, 8, 13].map((cy) => svg("circle", { cx: 8, cy, r: 1.5, fill: "currentColor" })));
  const button = el("button", { type: "button", class: "panel-menu-button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label }, dots);
  const box = el("div", { class: "panel-menu" }, button);
  /** @type {Promise<(at: number) => void>|undefined} */
  let toggle;
  const press = async (/** @type {number} */ at) => {
    toggle ??= import("./later.js").then(({ menu }) => menu(box, button, acts));
    (await toggle)(at);
  };
  button.addEventListener("click", () => press(0));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    press(event.key === "ArrowDown" ? 0 : -1);
  });
  return box;
}
