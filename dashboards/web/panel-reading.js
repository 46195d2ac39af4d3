// @ts-check
// What a panel says of one point: in its tooltip, and in words for who hears the page.

import { el } from "./elements.js";
import { rate, share as percent } from "./format.js";
import { swatch } from "./panel-legend.js";
import { clock, written } from "./panel-numbers.js";
import { total } from "./plot-data.js";
import { over } from "./plot-marks.js";
import { t } from "./words.js";

/** @typedef {import("./plot.js").Scene} Scene */

/** What is known of one point: what it counts, each row with its value and share, and the notes.
 * @param {Scene} scene
 * @param {number} index
 */
function reading({ spec, model, rows, marks }, index) {
  const value = written(spec);
  const sum = spec.unit === "count" && !spec.overlapping ? total(model.rows, index) : null;
  const lines = rows.map((row) => {
    const count = row.counts[index];
    const drawn = row.values[index];
    const low = row.low?.[index] ?? null;
    const high = row.high?.[index] ?? null;
    const text = spec.perMinute && count !== null && !row.expected && model.step > 60 ? `${rate(count)} (${t("chart.per_minute_short", { rate: value(drawn) })})` : value(spec.perMinute ? drawn : count);
    const share = sum && !row.expected && model.rows.filter((one) => !one.expected).length > 1 && count !== null ? percent(count / sum) : "";
    return { row, text, share, band: low === null || high === null ? "" : `${value(low)}\u2009–\u2009${value(high)}` };
  });
  const [from, to] = [model.starts[index], model.ends[index]];
  return { when: clock(spec).stretch(from, to), lines, notes: [...new Set(over(marks, from, to).map((mark) => mark.text))] };
}

/** One point in one sentence.
 * @param {Scene} scene
 * @param {number} index
 */
export function spoken(scene, index) {
  const { when, lines, notes } = reading(scene, index);
  return [when, ...lines.map(({ row, text, share, band }) => `${row.label} ${text}${share && ` (${share})`}${band && `, ${row.band} ${band}`}`), ...notes].join("; ");
}

/** Fill a tooltip.
 * @param {HTMLElement} box
 * @param {Scene} scene
 * @param {number} index
 * @param {boolean} own whether its panel is pointed at; on the others notes would only hide more of them
 */
export function fill(box, scene, index, own) {
  const { when, lines, notes } = reading(scene, index);
  box.replaceChildren(
    el("p", { class: "tip-when" }, when),
    ...lines.map(({ row, text, share, band }) => el("p", { class: "tip-row" }, swatch(scene.spec, row), el("span", { class: "tip-name" }, row.label), el("b", {}, text), ...(share ? [el("span", {}, share)] : []), ...(band ? [el("span", { class: "tip-band" }, band)] : []))),
    ...(own ? notes : []).map((note) => el("p", { class: "tip-note" }, note)),
  );
}
