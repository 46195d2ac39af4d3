// @ts-check
// The crosshair of a panel, and its tooltip, whose words come when it is first shown.

import { el } from "./elements.js";

/** @typedef {import("./plot.js").Scene} Scene */

export class Tip {
  constructor() {
    this.box = el("div", { class: "panel-tip", hidden: true, "aria-hidden": true });
    this.cross = el("div", { class: "plot-cross", hidden: true });
    this.last = NaN;
  }

  hide() {
    this.box.hidden = this.cross.hidden = true;
    this.last = NaN;
  }

  /**
   * @param {Scene} scene
   * @param {number} index
   * @param {boolean} own whether this panel is pointed at; on the others notes would only hide more of them
   * @param {(at: number) => number} x pixels from the left of what is plotted
   * @param {number} width
   */
  show(scene, index, own, x, width) {
    const left = x(scene.model.starts[index]);
    const right = x(scene.model.ends[index]);
    this.cross.hidden = false;
    this.cross.style.left = `${left}px`;
    this.cross.classList.toggle("wide", right - left > 5);
    this.cross.style.width = `${Math.max(1, right - left)}px`;
    const middle = (left + right) / 2;
    const before = middle > width / 2;
    const away = width < 420 ? 0 : (before ? width - left : right) + 10;
    this.box.style.left = before === (width < 420) ? `${away}px` : "auto";
    this.box.style.right = before === (width < 420) ? "auto" : `${away}px`;
    this.fill(scene, index, own);
  }

  /** @param {Scene} scene @param {number} index @param {boolean} own */
  async fill(scene, index, own) {
    this.last = index;
    const { fill } = await import("./later.js");
    if (this.last !== index) return;  // something else is pointed at by now
    fill(this.box, scene, index, own);
    this.box.hidden = false;
  }
}
