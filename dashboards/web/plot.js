// @ts-check
// One drawing by uPlot: the rows of a panel as areas, lines and steps, with what lies behind and over them.

import uPlot from "./vendor/uplot.js";

import { DASHES, EXPECTED_DASH, alpha } from "./panel-colours.js";
import { clock, tick } from "./panel-numbers.js";
import { EDGE, height, stack } from "./plot-data.js";
import { behind, over } from "./plot-paint.js";

/** @typedef {import("./plot-data.js").Model} Model */
/** @typedef {import("./plot-data.js").Spec} Spec */
/** @typedef {import("./plot-data.js").Row} Row */
/** @typedef {import("./plot-data.js").Numbers} Numbers */
/** @typedef {{spec: Spec, model: Model, rows: Row[], marks: import("./plot-marks.js").Mark[],
 *   tz: "browser"|"utc", colours: import("./panel-colours.js").Colours}} Scene */

/** @typedef {InstanceType<typeof uPlot>} Chart */

const CUT = 14;  // pixels from the right edge where a label would not fit
const BAR = 8;  // pixels from which on a part of a whole is a bar: a slope between few points would be made up
const WHOLE = [1, 2, 5].flatMap((one) => Array.from({ length: 12 }, (_, power) => one * 10 ** power)).sort((a, b) => a - b);

export class Plot {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {uPlot|null} */
    this.drawn = null;
    this.form = "";
    /** @type {Scene|null} */
    this.scene = null;
    this.size = { width: 0, height: 0 };  // set by who hears of it: to ask in each refresh would lay the page out anew
  }

  /** What is the same but for the numbers is drawn again into the same chart.
   * @param {Scene} scene
   * @param {boolean} afresh colours or language are others
   */
  draw(scene, afresh) {
    this.scene = scene;
    const { size } = this;
    if (size.width < 80 || size.height < 60) return;
    const { data, series, bands } = layers(scene, this.width / (scene.model.t.length || 1));
    const form = JSON.stringify([scene.tz, data[0].length === scene.model.t.length, series.map((one) => one.label)]);
    if (this.drawn && form === this.form && !afresh) {
      if (this.drawn.width !== size.width || this.drawn.height !== size.height) this.drawn.setSize(size);
      this.drawn.setData(data);
      return;
    }
    this.drawn?.destroy();
    this.form = form;
    this.drawn = new uPlot({ ...size, ...this.options(scene), series: [{}, ...series], bands }, data, this.place);
  }

  /** @param {Scene} scene */
  options({ spec, tz, colours }) {
    const now = () => /** @type {Scene} */ (this.scene);
    const axis = { stroke: colours.of("quiet"), font: `11px ${colours.font}` };
    const line = (/** @type {string} */ tone) => ({ stroke: colours.of(tone), width: 1 });
    return /** @satisfies {Partial<uPlot.Options>} */ ({
      padding: [EDGE.top, EDGE.right, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      tzDate: (/** @type {number} */ at) => (tz === "utc" ? uPlot.tzDate(new Date(at * 1000), "Etc/UTC") : new Date(at * 1000)),
      scales: {
        x: { range: () => [now().model.from, now().model.to] },
        y: { range: () => [0, height(now().spec, now().rows, now().model.step)] },
      },
      axes: [
        { ...axis, size: EDGE.bottom, gap: 4, space: 64, ...(spec.clock ? { splits: multiples } : {}), grid: { show: false }, ticks: { ...line("line"), size: 4 }, values: (_, splits, __, ___, step) => splits.map((at) => (this.width - this.x(at) < CUT ? "" : clock(spec).tick(at, step))) },
        { ...axis, size: EDGE.left, gap: 6, space: 32, grid: line("grid"), ticks: { show: false }, ...(spec.unit === "count" && !spec.perMinute ? { incrs: WHOLE } : {}), values: (_, splits) => splits.map((value) => tick(spec, value)) },
      ],
      hooks: { drawClear: [(u) => behind(u, now())], draw: [(u) => over(u, now())] },
    });
  }

  /** @param {number} at */
  x(at) {
    const { from, to } = this.scene?.model ?? { from: 0, to: 1 };
    return ((at - from) / (to - from)) * this.width;
  }

  /** @param {number} x pixels from the left of what is plotted */
  at(x) {
    const { from, to } = this.scene?.model ?? { from: 0, to: 1 };
    return from + (Math.max(0, Math.min(this.width, x)) / this.width) * (to - from);
  }

  get width() {
    return Math.max(1, this.size.width - EDGE.left - EDGE.right);
  }

  get canvas() {
    return this.drawn?.ctx.canvas ?? null;
  }
}

/** Ticks counted from an event, not from midnight.
 * @param {uPlot} _
 * @param {number} __
 * @param {number} from
 * @param {number} to
 * @param {number} step
 */
function multiples(_, __, from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}

/** The rows as uPlot wants them: one set of numbers for each line, and the bands between two of them.
 * @param {Scene} scene
 * @param {number} room pixels of one point
 */
function layers({ spec, model, rows, colours }, room) {
  const stepped = Boolean(spec.stepped) || (spec.kind === "stacked" && room > BAR);
  const x = stepped ? model.starts.flatMap((start, i) => [start, model.ends[i]]) : model.starts.map((start, i) => (start + model.ends[i]) / 2);
  const wide = (/** @type {Numbers} */ values) => (stepped ? values.flatMap((value) => [value, value]) : values);
  /** @type {Numbers[]} */
  const numbers = [];
  /** @type {uPlot.Series[]} */
  const series = [];
  /** @type {uPlot.Band[]} */
  const bands = [];
  const add = (/** @type {Numbers} */ values, /** @type {uPlot.Series} */ look) => {
    numbers.push(wide(values));
    series.push({ points: { show: false, size: 5, fill: look.stroke, filter: stepped ? () => null : alone }, ...look });
    return numbers.length;
  };
  for (const { key, low, high, tone } of rows) {
    if (!low || !high) continue;
    const top = add(high, { label: `${key} high`, width: 0, points: { show: false, filter: () => null } });
    bands.push({ series: [top, add(low, { label: `${key} low`, width: 0, points: { show: false, filter: () => null } })], fill: alpha(colours.of(tone), 0.28) });
  }
  const parts = rows.filter((row) => !row.expected);
  const heights = spec.kind === "stacked" ? stack(parts.map((row) => row.values)) : parts.map((row) => row.values);
  let below = 0;
  parts.forEach((row, i) => {
    const stroke = colours.of(row.tone);
    const stacked = spec.kind === "stacked";
    const filled = stacked ? alpha(stroke, 0.72) : parts.length === 1 && !row.low ? alpha(stroke, 0.16) : undefined;
    const here = add(heights[i], { label: row.key, stroke, width: stacked ? 1 : 1.75, fill: filled, dash: stacked ? [] : DASHES[row.order % DASHES.length] });
    if (stacked && below) bands.push({ series: [here, below] });
    below = here;
  });
  for (const row of rows) if (row.expected) add(row.values, { label: row.key, stroke: colours.of(row.tone), width: 1.5, dash: EXPECTED_DASH });
  return { data: /** @type {uPlot.AlignedData} */ ([x, ...numbers]), series, bands };
}

/** A point between two gaps has no line: it gets a dot.
 * @param {uPlot} u
 * @param {number} index
 */
function alone(u, index) {
  const values = u.data[index];
  const known = (/** @type {number} */ i) => values[i] !== null && values[i] !== undefined;
  const found = [];
  for (let i = 0; i < values.length; i += 1) if (known(i) && !known(i - 1) && !known(i + 1)) found.push(i);
  return found.length ? found : null;
}
