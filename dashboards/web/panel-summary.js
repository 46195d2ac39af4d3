// @ts-check
// A panel in one sentence, for who hears the page: what, when, how much, the peak, spikes and gaps.

import { fill, writes } from "./panel-format.js";
import { figures, stack, total } from "./plot-data.js";

/** @param {import("./plot.js").Scene} scene */
export function summary(scene) {
  const { spec, model, marks, write } = scene;
  const parts = [fill(spec.words, "summary_what", { title: spec.title, range: write.range(model.from, model.to) }), numbers(scene)];
  const number = (/** @type {string} */ kind) => marks.filter((mark) => mark.kind === kind).length;
  if (number("spike")) parts.push(fill(spec.words, "summary_spikes", { number: write.count(number("spike")) }));
  if (number("gap")) parts.push(fill(spec.words, "summary_gaps", { number: write.count(number("gap")) }));
  return parts.join(" ");
}

/** @param {import("./plot.js").Scene} scene */
function numbers({ spec, model, write }) {
  const own = model.rows.filter((row) => !row.expected);
  const values = spec.unit === "count" && !spec.overlapping ? stack(own.map((row) => row.values)).at(-1) : highest(own);
  const { mean, max } = figures(values ?? [], model.weights);
  if (!values || max === null) return fill(spec.words, "no_data");
  const value = writes(spec, write);
  const at = values.indexOf(max);
  const when = write.stretch(model.starts[at], model.ends[at]);
  if (spec.unit === "share") return fill(spec.words, "summary_share", { mean: value(mean), peak: value(max), when });
  const sum = model.t.reduce((before, _, i) => before + (total(own, i) ?? 0), 0);
  const unit = spec.perMinute ? fill(spec.words, "per_minute_short", { rate: value(max) }) : value(max);
  return fill(spec.words, spec.overlapping ? "summary_peak" : "summary_count", { total: write.count(sum), peak: unit, when });
}

/** The highest of the rows at each point.
 * @param {import("./plot-data.js").Row[]} rows
 * @returns {import("./plot-data.js").Numbers|undefined}
 */
function highest(rows) {
  return rows[0]?.values.map((_, i) => figures(rows.map((row) => row.values[i])).max);
}
