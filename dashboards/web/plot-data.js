// @ts-check
// The numbers of one panel: read out of the API's answer, thinned to what has room, stacked. Pure.

import { coarse, MINUTE } from "./plot-time.js";

/** The API's answer about a range, as far as panels read it; columns that no panel of the page reads may be absent.
 * @typedef {{watch: string, simulated: boolean, from: number, to: number, step: number, unfinished: number|null, t: number[],
 *   posts: number[], negative: number[], neutral: number[], positive: number[], cancel: number[], voices?: number[],
 *   stages?: Record<string, number[]>, stances?: Record<string, number[]>, sources?: Record<string, number[]>,
 *   langs?: Record<string, number[]>, concerns?: Record<string, number[]>,
 *   cancel_share?: Record<"share"|"low"|"high", (number|null)[]>,
 *   expected?: Record<string, Record<"expected"|"low"|"high", (number|null)[]>>}} Series */
/** @typedef {(number|null)[]} Numbers */
/** @typedef {(series: Series) => Numbers} Reader */
/** @typedef {{low: Reader, high: Reader, label: string}} Interval */
/** `tone` names a colour of panel.css. @typedef {{key: string, label: string, tone: string, of: Reader, band?: Interval, weight?: Reader}} Column */
/** A limit as it is drawn among points of one step. @typedef {{value: number, label: string}} Threshold */
/** `weight` is what shares are of, so that points can be joined; `rows` is the room that the legend keeps before data come.
 * @typedef {{id: string, title: string, kind: "stacked"|"lines", stepped?: boolean, perMinute: boolean, unit: "count"|"share",
 *   columns: Column[]|((series: Series) => Column[]), band?: Interval,
 *   expected?: {label: string, since: (at: number) => string, of: Reader, low: Reader, high: Reader, band: string}, weight?: Reader,
 *   thresholds?: (step: number) => Threshold[],
 *   rows?: number, overlapping?: boolean, note?: () => string, clock?: import("./panel-numbers.js").Clock}} Spec */
/** `counts` are as the API told them, `values` as they are drawn (by the minute, where the panel shows that).
 * @typedef {{key: string, label: string, tone: string, order: number, expected: boolean, counts: Numbers, values: Numbers,
 *   low: Numbers|null, high: Numbers|null, band: string, weights: Numbers|null}} Row */
/** Point i counts from `starts[i]` to `ends[i]`; `t[i]` is its name in the API. `joined`: how many points of the API one is.
 * @typedef {{t: number[], starts: number[], ends: number[], step: number, from: number, to: number, joined: number,
 *   weights: Numbers|null, rows: Row[]}} Model */

/** The room around what is plotted, in pixels; panel.css has the same. */
export const EDGE = { left: 46, right: 10, top: 26, bottom: 24 };

/** More rows than this nobody reads in a table; the CSV has them all. */
export const MOST_ROWS = 200;

/**
 * What a panel shows of a range, in at most `most` points.
 * @param {Spec} spec
 * @param {Series} series
 * @param {number} most
 * @returns {Model}
 */
export function model(spec, series, most) {
  const going = series.unfinished === null ? -1 : series.t.indexOf(series.unfinished);
  const number = going < 0 ? series.t.length : going;  // what is still being counted would look like a fall to zero
  const { groups, joined } = coarse(series.t.slice(0, number), series.step, most);
  const starts = groups.map(([first]) => Math.max(series.from, series.t[first]));
  const ends = groups.map(([, last]) => Math.min(series.to, series.t[last] + series.step));
  const weight = spec.weight?.(series);
  const read = (/** @type {Reader|undefined} */ reader, /** @type {Numbers|undefined} */ whole = weight) => (reader ? join(reader(series), groups, spec.unit, whole) : null);
  const drawn = (/** @type {Numbers|null} */ counts) => counts && perMinute(spec, counts, starts, ends);
  const columns = typeof spec.columns === "function" ? spec.columns(series) : spec.columns;
  const rows = columns.map((column, order) => {
    const whole = column.weight?.(series) ?? weight;
    const counts = read(column.of, whole) ?? [];
    const band = column.band ?? (order === 0 ? spec.band : undefined);
    return {
      key: column.key, label: column.label, tone: column.tone, order, expected: false, counts, values: drawn(counts) ?? [],
      weights: whole ? join(whole, groups, "count") : null,
      low: drawn(read(band?.low, whole)), high: drawn(read(band?.high, whole)), band: band?.label ?? "",
    };
  });
  if (spec.expected) {
    const counts = read(spec.expected.of) ?? [];
    const known = counts.findIndex((count) => count !== null);
    rows.push({
      key: "expected", label: known > 0 ? spec.expected.since(starts[known]) : spec.expected.label, tone: "expected", order: rows.length, expected: true, counts, weights: null, values: drawn(counts) ?? [],
      low: drawn(read(spec.expected.low)), high: drawn(read(spec.expected.high)), band: spec.expected.band,
    });
  }
  return { t: groups.map(([first]) => series.t[first]), starts, ends, step: series.step * joined, from: series.from, to: series.to, joined, weights: weight ? join(weight, groups, "count") : null, rows };
}

/** Counts are added up; shares are weighed by what they are of (the interval of joined shares is then wider than need be).
 * @param {Numbers} numbers
 * @param {[number, number][]} groups first and last index
 * @param {"count"|"share"} unit
 * @param {Numbers} [weights]
 * @returns {Numbers}
 */
function join(numbers, groups, unit, weights) {
  return groups.map(([first, last]) => {
    if (first === last) return numbers[first] ?? null;
    let sum = 0;
    let whole = 0;
    let known = false;
    for (let i = first; i <= last; i += 1) {
      const value = numbers[i] ?? null;
      if (value === null) continue;
      const weight = unit === "share" ? weights?.[i] ?? 1 : 1;
      sum += value * weight;
      whole += weight;
      known = true;
    }
    if (!known) return null;
    return unit === "share" ? sum / (whole || 1) : sum;
  });
}

/**
 * @param {Spec} spec
 * @param {Numbers} counts
 * @param {number[]} starts
 * @param {number[]} ends
 * @returns {Numbers}
 */
function perMinute(spec, counts, starts, ends) {
  if (!spec.perMinute) return counts;
  return counts.map((count, i) => (count === null ? null : (count * MINUTE) / Math.max(1, ends[i] - starts[i])));
}

/** Each row on top of the rows before it; a point that no row knows stays unknown.
 * @param {Numbers[]} rows
 * @returns {Numbers[]}
 */
export function stack(rows) {
  const sums = new Array(rows[0]?.length ?? 0).fill(0);
  return rows.map((row) => row.map((value, i) => {
    if (value !== null) sums[i] += value;
    return value === null && rows.every((other) => other[i] === null) ? null : sums[i];
  }));
}

/** Mean, most and last of what is known; the mean of shares weighs each by what it is of.
 * @param {Numbers} values
 * @param {Numbers|null} [weights]
 * @returns {{mean: number|null, max: number|null, last: number|null}}
 */
export function figures(values, weights) {
  let [sum, whole] = [0, 0];
  /** @type {number|null} */
  let max = null;
  /** @type {number|null} */
  let last = null;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value === null) continue;
    const weight = weights?.[i] ?? 1;
    sum += value * weight;
    whole += weight;
    if (max === null || value > max) max = value;
    last = value;
  }
  return { mean: whole ? sum / whole : null, max, last };
}

/** The sum of one point over rows that parts of a whole are; null where nothing is known.
 * @param {Row[]} rows
 * @param {number} index
 */
export function total(rows, index) {
  const known = rows.filter((row) => !row.expected && row.counts[index] !== null);
  return known.length ? known.reduce((sum, row) => sum + (row.counts[index] ?? 0), 0) : null;
}

/** How high the axis goes: over all that is drawn, not over the ends of a few very wide intervals.
 * @param {Spec} spec
 * @param {Row[]} rows the shown ones
 * @param {number} step of a point
 */
export function height(spec, rows, step) {
  const own = rows.filter((row) => !row.expected);
  const lines = spec.kind === "stacked" ? stack(own.map((row) => row.values)).slice(-1) : own.map((row) => row.values);
  let top = 0;
  for (const values of [...lines, ...rows.filter((row) => row.expected).map((row) => row.values)]) {
    for (const value of values) if (value !== null && value > top) top = value;
  }
  for (const { high } of rows) if (high) top = Math.max(top, Math.min(nearMost(high), 3 * top || Infinity));
  for (const { value } of spec.thresholds?.(step) ?? []) if (value <= 2 * top) top = Math.max(top, value);
  if (spec.unit === "share") return Math.min(1, top * 1.08 || 0.1);
  return top * 1.08 || 1;
}

/** @param {Numbers} values */
function nearMost(values) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null)).sort((a, b) => a - b);
  return known.length ? known[Math.min(known.length - 1, Math.floor(known.length * 0.95))] : 0;
}
