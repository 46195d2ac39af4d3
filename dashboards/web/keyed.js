// @ts-check
// A list whose rows stay as they are while what they show is the same: what is open stays open, the focus stays.

import { el } from "./elements.js";

/** @template Item */
export class Keyed {
  /**
   * @param {HTMLElement} list
   * @param {(item: Item) => string} key
   * @param {(item: Item) => HTMLElement} make
   */
  constructor(list, key, make) {
    this.list = list;
    this.key = key;
    this.make = make;
    /** @type {Map<string, {written: string, element: HTMLElement}>} */
    this.rows = new Map();
  }

  /**
   * @param {Item[]} items
   * @param {string} empty what stands there instead of none
   */
  show(items, empty) {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement);
    const holder = focused && [...this.rows].find(([, { element }]) => element.contains(focused))?.[0];
    const before = this.rows;
    this.rows = new Map(items.map((item) => {
      const [key, written] = [this.key(item), JSON.stringify(item)];
      const there = before.get(key);
      return [key, there?.written === written ? there : { written, element: this.make(item) }];
    }));
    const wanted = [...this.rows.values()].map(({ element }) => element);
    if (!wanted.length && empty) wanted.push(el("li", { class: "quiet" }, empty));
    const same = wanted.length === this.list.children.length && wanted.every((one, i) => one === this.list.children[i]);
    if (!same) this.list.replaceChildren(...wanted);
    if (!holder || focused?.isConnected) return holder && focused?.focus({ preventScroll: true });
    const again = this.rows.get(holder)?.element;
    const same_ = again?.querySelector(`[data-act="${focused?.dataset.act}"]`) ?? again?.querySelector("a, button, summary");
    /** @type {HTMLElement|null|undefined} */ (same_)?.focus({ preventScroll: true });
  }
}
