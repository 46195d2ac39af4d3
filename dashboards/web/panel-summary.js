// @ts-check
// A panel in one sentence, for who hears the page: what, when, how much, the peak, spikes and gaps.

import { count } from "./format.js";
import { clock, written } from "./panel-numbers.js";
import { figures, stack, total } from "./plot-data.js";
import { t } from "./words.js";

/** @param {import("./plot.js").Scene} scene */
export function summary(scene) {
  const { spec, model, marks } = scene;
  const parts = [t("chart.summary_what", { title: spec.title, range: clock(spec).range(model) }), numbers(scene)];
  const number = (/** @type {string} */ kind) => marks.filter((mark) => mark.kind === kind).length;
  if (number("spike")) parts.push(t("chart.summary_spikes", { number: count(number("spike")) }));
  if (number("gap")) parts.push(t("chart.summary_gaps", { number: count(number("gap")) }));
  const limits = spec.thresholds?.(model.step).map(({ label }) => label).join("; ");
  if (limits) parts.push(t("chart.summary_limits", { limits }));
  return parts.join(" ");
}

/** @param {import("./plot.js").Scene} scene */
function numbers({ spec, model }) {
  const own = model.rows.filter((row) => !row.expected);
  const values = spec.unit === "count" && !spec.overlapping ? stack(own.map((row) => row.values)).at(-1) : highest(own);
  const { mean, max } = figures(values ?? [], model.weights);
  if (!values || max === null) return t("chart.no_data");
  const value = written(spec);
  const at = values.indexOf(max);
  const when = clock(spec).stretch(model.starts[at], model.ends[at]);
  if (spec.unit === "share") return t("chart.summary_share", { mean: value(mean), peak: value(max), when });
  const sum = model.t.reduce((before, _, i) => before + (total(own, i) ?? 0), 0);
  const unit = spec.perMinute ? t("chart.per_minute_short", { rate: value(max) }) : value(max);
  return t(spec.overlapping ? "chart.summary_peak" : "chart.summary_count", { total: count(sum), peak: unit, when });
}

/** The highest of the rows at each point.
 * @param {import("./plot-data.js").Row[]} rows
 * @returns {import("./plot-data.js").Numbers|undefined}
 */
function highest(rows) {
  return rows[0]?.values.map((_, i) => figures(rows.map((row) => row.values[i])).max);
}
