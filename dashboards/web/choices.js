// @ts-check
// A choice of several: a button that names what is chosen, and a popover of checkboxes.

import { el } from "./elements.js";
import { t } from "./words.js";

/** @typedef {{value: string, label: string}} Option */

export class Choices {
  /**
   * @param {string} name of the variable; the page has its place
   * @param {(values: string[]) => void} onChange
   * @param {string} [none] what it is called if none is chosen
   */
  constructor(name, onChange, none = t("all")) {
    const host = document.querySelector(`[data-variable=${name}]`);
    this.button = /** @type {HTMLButtonElement} */ (host?.querySelector("button"));
    this.fieldset = /** @type {HTMLFieldSetElement} */ (host?.querySelector("fieldset"));
    this.name = name;
    this.none = none;
    this.known = "";
    this.onChange = onChange;
    placed(this.fieldset, this.button);
    this.fieldset.addEventListener("change", (event) => this.changed(/** @type {HTMLInputElement} */ (event.target)));
  }

  get boxes() {
    return [.../** @type {NodeListOf<HTMLInputElement>} */ (this.fieldset.querySelectorAll("input[value]:not([value=''])"))];
  }

  /**
   * @param {Option[]} options
   * @param {string[]} chosen none is all
   */
  show(options, chosen) {
    const strange = chosen.filter((value) => !options.some((one) => one.value === value)).map((value) => ({ value, label: value }));
    const all = [{ value: "", label: this.none }, ...options, ...strange];
    const known = JSON.stringify(all);
    if (known !== this.known) {
      this.known = known;
      const rows = all.map(({ value, label }) => el("label", {}, el("input", { type: "checkbox", value, name: this.name }), label));
      this.fieldset.replaceChildren(...this.fieldset.querySelectorAll("legend"), ...rows);
    }
    for (const box of this.boxes) box.checked = chosen.includes(box.value);
    const every = /** @type {HTMLInputElement} */ (this.fieldset.querySelector("input[value='']"));
    every.checked = !chosen.length;
    const names = chosen.map((value) => all.find((one) => one.value === value)?.label ?? value);
    const shown = this.button.querySelector(".chosen");
    if (shown) shown.textContent = !names.length ? this.none : names.length < 3 ? names.join(", ") : t("chosen", { n: names.length });
    this.button.dataset.set = String(chosen.length > 0);
  }

  /** @param {HTMLInputElement} box */
  changed(box) {
    const chosen = box.value === "" ? [] : this.boxes.filter((one) => one.checked).map((one) => one.value);
    this.onChange(chosen);
  }
}

/**
 * A popover stands below its button, and inside the window.
 * @param {HTMLElement} popover
 * @param {HTMLElement} button
 */
export function placed(popover, button) {
  popover.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const below = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(below.left, document.documentElement.clientWidth - popover.offsetWidth - 8));
    const top = Math.max(8, Math.min(below.bottom + 4, window.innerHeight - popover.offsetHeight - 8));
    Object.assign(popover.style, { left: `${left}px`, top: `${top}px` });
    /** @type {HTMLElement|null} */ (popover.querySelector("input, button"))?.focus();
  });
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-haspopup", "dialog");
}
