// @ts-check
// One chart over time: stacked steps, drawn as SVG, read by pointer, finger, keyboard or table.

import { el, svg } from "./elements.js";
import { count, rate, stretch } from "./format.js";
import { drawMarks, notesAt } from "./marks.js";
import { heights, moments } from "./scales.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {"negative"|"neutral"|"positive"|"cancel"} Column */
/** @typedef {{columns: Column[], labels: string[], perMinute: boolean, name: string,
 *   pick: (at: number) => void, hover: (index: number|null) => void, read: (text: string) => void}} Options */

const LEFT = 44;
const RIGHT = 8;
const TOP = 18;
const BOTTOM = 22;

export class Chart {
  /**
   * @param {HTMLElement} plot
   * @param {HTMLDetailsElement} details
   * @param {Options} options
   */
  constructor(plot, details, options) {
    this.plot = plot;
    this.details = details;
    this.options = options;
    /** @type {Series|null} */
    this.data = null;
    /** @type {number|null} */
    this.index = null;
    this.picture = svg("svg", { role: "img", tabindex: 0 });
    this.cross = svg("rect", { class: "cross", y: TOP });
    this.tip = el("div", { class: "tip", hidden: true });
    plot.replaceChildren(this.picture, this.tip);
    new ResizeObserver(() => this.draw()).observe(plot);
    details.addEventListener("toggle", () => this.fillTable());
    this.picture.addEventListener("pointermove", (event) => options.hover(this.indexAt(event)));
    this.picture.addEventListener("pointerleave", () => options.hover(null));
    this.picture.addEventListener("blur", () => options.hover(null));
    this.picture.addEventListener("click", (event) => this.pick(this.indexAt(event)));
    this.picture.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** @param {Series} data */
  show(data) {
    this.data = data;
    this.draw();
    this.fillTable();
  }

  /** The width and height in pixels of what is inside the axes. */
  get size() {
    return { width: Math.max(50, this.plot.clientWidth - LEFT - RIGHT), height: Math.max(50, this.plot.clientHeight - TOP - BOTTOM) };
  }

  /** The stretch that a point counts: the first and the last may be cut short by the range.
   * @param {number} index
   * @returns {[number, number]} seconds since 1970
   */
  stretch(index) {
    const data = /** @type {Series} */ (this.data);
    return [Math.max(data.from, data.t[index]), Math.min(data.to, data.t[index] + data.step)];
  }

  /**
   * @param {Column} column
   * @param {number} index
   */
  value(column, index) {
    const counted = /** @type {Series} */ (this.data)[column][index];
    const [from, to] = this.stretch(index);
    return this.options.perMinute ? (counted * 60) / (to - from) : counted;
  }

  draw() {
    const data = this.data;
    if (!data) return;
    const { width, height } = this.size;
    const bottom = TOP + height;
    const x = (/** @type {number} */ at) => LEFT + ((at - data.from) / (data.to - data.from)) * width;
    const tops = data.t.map((_, i) => this.options.columns.reduce((sum, column) => sum + this.value(column, i), 0));
    const lines = heights(Math.max(0, ...tops), height > 200 ? 5 : 3, !this.options.perMinute);
    const y = (/** @type {number} */ value) => bottom - (value / lines[lines.length - 1]) * height;
    const marks = drawMarks(data, x, TOP, bottom);
    this.cross.setAttribute("height", String(height));
    this.picture.setAttribute("viewBox", `0 0 ${this.plot.clientWidth} ${this.plot.clientHeight}`);
    this.picture.setAttribute("aria-label", this.summary(tops));
    this.picture.replaceChildren(...this.grid(lines, x, y), ...marks.below, ...this.areas(x, y), ...marks.above, this.cross);
    this.point(this.index);
  }

  /**
   * @param {number[]} lines
   * @param {(at: number) => number} x
   * @param {(value: number) => number} y
   */
  grid(lines, x, y) {
    const { width } = this.size;
    const data = /** @type {Series} */ (this.data);
    const parts = lines.flatMap((value, i) => [
      svg("line", { class: i ? "gridline" : "baseline", x1: LEFT, x2: LEFT + width, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, rate(value)),
    ]);
    for (const { at, label } of moments(data.from, data.to, width / 66)) {
      if (x(at) < LEFT + 14 || x(at) > LEFT + width - 14) continue;
      parts.push(svg("text", { class: "tick", x: x(at), y: y(0) + 16, "text-anchor": "middle" }, label));
    }
    return parts;
  }

  /**
   * @param {(at: number) => number} x
   * @param {(value: number) => number} y
   */
  areas(x, y) {
    const data = /** @type {Series} */ (this.data);
    const floor = data.t.map(() => 0);
    return this.options.columns.map((column) => {
      const shape = data.t.map((_, i) => {
        const value = this.value(column, i);
        const [from, to] = this.stretch(i);
        const [low, high] = [y(floor[i]).toFixed(1), y(floor[i] + value).toFixed(1)];
        floor[i] += value;
        return value ? `M${x(from).toFixed(1)} ${low}V${high}H${x(to).toFixed(1)}V${low}z` : "";
      });
      return svg("path", { class: `area ${column}`, d: shape.join(""), "shape-rendering": "crispEdges" });
    });
  }

  /** @param {number[]} tops */
  summary(tops) {
    const data = /** @type {Series} */ (this.data);
    const top = Math.max(0, ...tops);
    const peak = top ? `The most is ${rate(top)}, at ${stretch(data.t[tops.indexOf(top)], data.step)}.` : "All are 0.";
    return `${this.options.name}: ${data.t.length} points. ${peak} Arrow keys read the points, Enter shows their posts.`;
  }

  /** @param {MouseEvent} event */
  indexAt(event) {
    if (!this.data) return null;
    const along = (event.clientX - this.plot.getBoundingClientRect().left - LEFT) / this.size.width;
    const at = this.data.from + along * (this.data.to - this.data.from);
    const index = Math.floor((at - this.data.t[0]) / this.data.step);
    return along >= 0 && index < this.data.t.length ? index : null;
  }

  /** @param {number|null} index */
  pick(index) {
    if (this.data && index !== null) this.options.pick(this.data.t[index]);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.data) return;
    const last = this.data.t.length - 1;
    const here = this.index ?? last + 1;
    const there = { ArrowLeft: here - 1, ArrowRight: here + 1, PageUp: here - 10, PageDown: here + 10, Home: 0, End: last }[event.key];
    if (event.key === "Enter") this.pick(this.index);
    if (event.key === "Escape") this.options.hover(null);
    if (there === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, there));
    this.options.hover(index);
    const values = this.options.columns.map((column, i) => `${this.options.labels[i]} ${count(this.data?.[column][index] ?? 0)}`);
    this.options.read([stretch(this.data.t[index], this.data.step), ...values, ...notesAt(this.data, this.data.t[index])].join(", "));
  }

  /** @param {number|null} index */
  point(index) {
    const data = this.data;
    this.index = index;
    this.tip.hidden = !data || index === null || index >= data.t.length;
    this.cross.setAttribute("visibility", this.tip.hidden ? "hidden" : "visible");
    if (!data || index === null || this.tip.hidden) return;
    const { width } = this.size;
    const [from, to] = this.stretch(index);
    const one = (width * (to - from)) / (data.to - data.from);
    const left = LEFT + (width * (from - data.from)) / (data.to - data.from);
    this.cross.setAttribute("x", String(left));
    this.cross.setAttribute("width", String(Math.max(2, one)));
    const row = (/** @type {string} */ label, /** @type {Column} */ column) =>
      el("p", { class: column }, el("span", {}, el("span", { class: "swatch" }), label),
        el("span", {}, count(data[column][index]) + (this.options.perMinute && data.step > 60 ? ` (${rate(this.value(column, index))}/min)` : "")));
    const rows = this.options.columns.map((column, i) => row(this.options.labels[i], column));
    const notes = notesAt(data, data.t[index]).map((note) => el("p", { class: "note" }, note));
    this.tip.replaceChildren(el("p", { class: "when" }, stretch(data.t[index], data.step)), ...rows.reverse(), ...notes);
    const room = left + one + 12 + this.tip.offsetWidth < this.plot.clientWidth;
    this.tip.style.left = `${Math.max(0, room ? left + one + 12 : left - 12 - this.tip.offsetWidth)}px`;
  }

  fillTable() {
    const place = this.details.querySelector(".scroll");
    if (!this.data || !place || !this.details.open) return;
    const data = this.data;
    const head = el("tr", {}, ...["From – to", ...this.options.labels].map((label) => el("th", { scope: "col" }, label)));
    const rows = data.t.map((at, i) => el("tr", {}, el("th", { scope: "row" }, stretch(at, data.step)),
      ...this.options.columns.map((column) => el("td", {}, count(data[column][i])))));
    place.replaceChildren(el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows.reverse())));
  }
}
