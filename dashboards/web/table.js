// @ts-check
// The figures of a panel as a table and as CSV: what the API told, not what is drawn of it.

import { el } from "./elements.js";
import { count, duration } from "./format.js";
import { clock, written } from "./panel-numbers.js";
import { MOST_ROWS } from "./plot-data.js";
import { t } from "./words.js";

/** @typedef {import("./plot-data.js").Model} Model */
/** @typedef {import("./plot-data.js").Spec} Spec */
/** @typedef {import("./plot-data.js").Numbers} Numbers */

/** Each row of the panel as a column, its interval as two more.
 * @param {Model} model
 * @returns {{name: string, numbers: Numbers}[]}
 */
function columns(model) {
  return model.rows.flatMap(({ label, counts, low, high, band }) => {
    const ends = low && high ? [{ name: t("chart.low_of", { band }), numbers: low }, { name: t("chart.high_of", { band }), numbers: high }] : [];
    return [{ name: label, numbers: counts }, ...ends];
  });
}

/** The newest first.
 * @param {Spec} spec
 * @param {Model} model
 */
export function table(spec, model) {
  const shown = columns(model);
  const value = written(spec);
  const head = el("tr", {}, ...[t("chart.time"), ...shown.map(({ name }) => name)].map((name) => el("th", { scope: "col" }, name)));
  const rows = model.t.map((_, i) => el("tr", {}, el("th", { scope: "row" }, clock(spec).stretch(model.starts[i], model.ends[i])), ...shown.map(({ numbers }) => el("td", {}, value(numbers[i])))));
  return el("table", { class: "panel-table" }, el("caption", {}, note(model)), el("thead", {}, head), el("tbody", {}, ...rows.reverse()));
}

/** What one row is.
 * @param {Model} model
 */
function note(model) {
  const each = t("chart.table_note", { step: duration(model.step) });
  return model.joined > 1 ? `${each} ${t("chart.table_joined", { number: count(model.joined), most: count(MOST_ROWS) })}` : each;
}

/** With times in UTC (from an event on: in seconds), whatever the page shows, and numbers with a point.
 * @param {Spec} spec
 * @param {Model} model
 */
export function csv(spec, model) {
  const shown = columns(model);
  const iso = (/** @type {number} */ at) => (spec.clock ? at : new Date(at * 1000).toISOString().replace(".000", ""));
  const rows = model.t.map((_, i) => [iso(model.starts[i]), iso(model.ends[i]), ...shown.map(({ numbers }) => numbers[i] ?? "")]);
  return [["from", "to", ...shown.map(({ name }) => name)], ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A spreadsheet would take the name of a source that begins like a formula for one.
 * @param {string|number} value
 */
function cell(value) {
  if (typeof value === "number") return String(value);
  const safe = /^\s*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
