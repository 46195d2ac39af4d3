// @ts-check
// The legend of a panel: mean, most and last of each row; a click shows that row alone, with Ctrl or Shift it is added.

import { el, svg } from "./elements.js";
import { DASHES, EXPECTED_DASH } from "./panel-colours.js";
import { put } from "./panel-frame.js";
import { written } from "./panel-numbers.js";
import { figures } from "./plot-data.js";
import { t } from "./words.js";

/** @typedef {import("./plot-data.js").Row} Row */
/** @typedef {import("./plot-data.js").Spec} Spec */

const GAP = 14;  // pixels, as in panel.css
const WIDE = 23;  // of an item, in its own letters, as in panel.css

export class Legend {
  /**
   * @param {Spec} spec
   * @param {() => void} changed other rows are shown
   */
  constructor(spec, changed) {
    this.spec = spec;
    this.changed = changed;
    /** @type {Set<string>|null} null: all are shown */
    this.chosen = null;
    /** @type {string[]} */
    this.keys = [];
    this.list = el("ul", { class: "panel-legend", "aria-label": t("chart.legend") });
    this.rows = spec.rows ?? (Array.isArray(spec.columns) ? spec.columns.length + (spec.expected ? 1 : 0) : 1);
  }

  /** Keep the room of the rows to come, so that nothing below moves when they do.
   * @param {number} width
   */
  reserve(width) {
    const wide = WIDE * parseFloat(getComputedStyle(this.list).fontSize || "12");
    const across = Math.max(1, Math.min(this.rows, Math.floor((width + GAP) / (wide + GAP))));
    this.list.style.setProperty("--lines", String(Math.ceil(this.rows / across)));
  }

  /** Only rows that are there can be chosen; if none is left, all are shown.
   * @param {Row} row
   */
  shows(row) {
    const { chosen } = this;
    return !chosen || !this.keys.some((key) => chosen.has(key)) || chosen.has(row.key);
  }

  /**
   * @param {import("./plot-data.js").Model} model
   */
  show({ rows, weights }) {
    this.keys = rows.map((row) => row.key);
    const value = written(this.spec);
    this.list.dataset.many = String(rows.length > 4);
    if (this.list.children.length !== rows.length) this.list.replaceChildren(...rows.map(() => this.item()));
    rows.forEach((row, i) => {
      const { mean, max, last } = figures(row.values, row.weights ?? weights);
      const button = /** @type {HTMLButtonElement} */ (this.list.children[i].firstChild);
      const name = /** @type {HTMLElement} */ (button.children[1]);
      button.dataset.key = row.key;
      button.setAttribute("aria-pressed", String(this.shows(row)));
      if (button.dataset.look !== `${row.tone} ${row.order}`) button.replaceChild(swatch(this.spec, row), button.children[0]);
      button.dataset.look = `${row.tone} ${row.order}`;
      put(name, row.label);
      name.title = `${row.label}\n${t("chart.legend_help")}`;
      [mean, max, last].forEach((number, at) => put(/** @type {HTMLElement} */ (button.children[2 + at].lastChild), value(number)));
    });
  }

  item() {
    const numbers = ["mean", "max", "last"].map((name) => el("span", { class: "legend-figure" }, `${t(`chart.${name}`)} `, el("b")));
    const button = el("button", { type: "button" }, el("i"), el("span", { class: "legend-name" }), ...numbers);
    button.addEventListener("click", (event) => this.choose(button.dataset.key ?? "", event.ctrlKey || event.metaKey || event.shiftKey));
    return el("li", {}, button);
  }

  /**
   * @param {string} key
   * @param {boolean} add
   */
  async choose(key, add) {
    const { chosen } = await import("./later.js");
    this.chosen = chosen(this.keys, this.chosen, key, add);
    this.changed();
  }
}

/** A short piece of the line, with its dash, or a block of the area.
 * @param {Spec} spec
 * @param {Row} row
 */
export function swatch(spec, row) {
  const piece = svg("svg", { viewBox: "0 0 18 10", width: 18, height: 10, class: "swatch-line", "aria-hidden": true });
  if (spec.kind === "stacked" && !row.expected) piece.append(svg("rect", { x: 4, width: 10, height: 10, rx: 2, fill: "currentColor" }));
  else piece.append(svg("path", { d: "M0 5H18", stroke: "currentColor", "stroke-width": 2.5, "stroke-dasharray": (row.expected ? EXPECTED_DASH : DASHES[row.order % DASHES.length]).join(" ") }));
  piece.style.color = `var(--${row.tone})`;
  return piece;
}
