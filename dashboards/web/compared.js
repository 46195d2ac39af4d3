// @ts-check
// Two deals, or two ranges of one, counted from an event of each: which ranges to ask for, and the answers aligned. Pure.

import { length } from "./offsets.js";

/** @typedef {import("./types.js").Watch} Watch */
/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./address.js").State} State */
/** `zero` is what time is counted from, in seconds since 1970, and `event` what happened then.
 * @typedef {{watch: Watch, zero: number, event: string, chosen: string}} Side */
/** @typedef {{before: number, after: number}} Span seconds */
/** @typedef {{t: number[], posts: (number|null)[], voices: (number|null)[], cancel: (number|null)[], share: (number|null)[],
 *   low: (number|null)[], high: (number|null)[]}} Aligned */

const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
// Those of the API. A range that is cut into more than ten of them gets the same ones wherever it begins.
const STEPS = [60, 300, 600, 900, 1800, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, DAY, 7 * DAY];
const USUAL = { before: DAY, after: 7 * DAY };

/** @param {string} text @returns {number|null} */
const at = (text) => (Number.isFinite(Date.parse(text)) ? Math.floor(Date.parse(text) / 1000 / MINUTE) * MINUTE : null);

/**
 * @param {Watch} watch
 * @param {string} chosen a moment, or nothing: the first event of the deal, else its first post
 * @param {number} now
 * @param {string} [usual] the moment to take where none is chosen
 * @returns {Side}
 */
function side(watch, chosen, now, usual = "") {
  const [first] = watch.timeline;
  const named = at(chosen) ?? at(usual);
  const zero = named ?? (first ? at(first.at) : null) ?? watch.extent?.first ?? Math.floor(now / MINUTE) * MINUTE;
  const event = watch.timeline.find((one) => at(one.at) === zero);
  return { watch, zero, event: event?.text ?? "", chosen: at(chosen) === null ? "" : chosen };
}

/** The two sides that the address speaks of. Without a second deal it is another event of the same one, or the day before.
 * @param {State} state
 * @param {Watch} watch
 * @param {Watch[]} watches
 * @param {number} now
 * @returns {[Side, Side]}
 */
export function sides(state, watch, watches, now) {
  const one = side(watch, state.zero, now);
  const named = watches.find((other) => other.name === state.other);
  const other = named ?? watches.find((other) => other !== watch && other.extent) ?? watch;
  if (other !== watch) return [one, side(other, state.otherzero, now)];
  const second = watch.timeline.find((event) => (at(event.at) ?? 0) > one.zero);
  return [one, side(watch, state.otherzero, now, second?.at ?? new Date((one.zero - DAY) * 1000).toISOString())];
}

/** What the address says of the range; where it says nothing, as far as both go.
 * @param {State} state
 * @param {Side[]} both
 * @returns {Span}
 */
export function span(state, both) {
  const [before, after] = [length(state.before), length(state.after)];
  const hours = (/** @type {number} */ seconds) => {
    const unit = seconds < 3 * HOUR ? MINUTE : HOUR;
    return Math.max(0, Math.floor(seconds / unit) * unit);
  };
  const known = both.map(({ watch, zero }) => (watch.extent ? { before: zero - watch.extent.first, after: watch.extent.last + MINUTE - zero } : USUAL));
  const common = { before: hours(Math.min(USUAL.before, ...known.map((one) => one.before))), after: hours(Math.min(USUAL.after, ...known.map((one) => one.after))) };
  const most = { before: hours(Math.min(USUAL.before, Math.max(...known.map((one) => one.before)))), after: hours(Math.min(USUAL.after, Math.max(...known.map((one) => one.after)))) };
  const usual = common.before + common.after > HOUR ? common : most;
  const found = { before: before ?? usual.before, after: after ?? usual.after };
  return found.before + found.after >= HOUR ? found : { before: found.before, after: HOUR };
}

/** What to ask the API for, so that both answers have steps of the same length.
 * @param {Side} one
 * @param {Span} range
 * @param {number} most points
 */
export function asked({ watch, zero }, { before, after }, most) {
  const whole = before + after;
  const step = STEPS.find((size) => whole / size <= most) ?? STEPS[STEPS.length - 1];
  return { watch: watch.name, from: zero - before, to: zero + after, points: Math.max(10, Math.ceil(whole / step) + 1) };
}

/** An answer counted from its event: the point 0 is the one in which that lies. Points that are known in part only, at the
 * ends of the range or of what was read, are unknown: they would look like a fall.
 * @param {Series} series
 * @param {Side} one
 */
function counted(series, { watch, zero }) {
  const { step } = series;
  const base = Math.floor(zero / step) * step;
  const end = Math.min(series.to, (watch.extent?.last ?? series.to) + MINUTE);
  const start = Math.max(series.from, Math.floor((watch.extent?.first ?? series.from) / step) * step);
  return new Map(series.t.map((moment, i) => [moment - base, moment >= start && moment + step <= end ? i : null]));
}

/** Both answers over the same points.
 * @param {Series[]} answers
 * @param {Side[]} both
 * @param {boolean} perThousand of the posts of each range
 * @returns {Aligned[]}
 */
export function aligned(answers, both, perThousand) {
  const maps = answers.map((series, i) => counted(series, both[i]));
  const t = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((one, other) => one - other);
  return answers.map((series, i) => {
    const factor = perThousand ? 1000 / Math.max(1, series.totals.posts) : 1;
    const read = (/** @type {(number|null)[]|undefined} */ column, times = 1) => t.map((moment) => {
      const index = maps[i].get(moment) ?? null;
      const value = index === null ? null : column?.[index] ?? null;
      return value === null ? null : value * times;
    });
    const { share, low, high } = series.cancel_share ?? {};
    return { t, posts: read(series.posts, factor), cancel: read(series.cancel, factor), voices: read(series.voices), share: read(share), low: read(low), high: read(high) };
  });
}

/** Where one share is higher than another beyond what chance explains: "a", "b", or "" if their intervals overlap.
 * @param {{low: number, high: number}|null} a
 * @param {{low: number, high: number}|null} b
 * @returns {"a"|"b"|""|null} null: one of them is not known
 */
export function higher(a, b) {
  if (!a || !b) return null;
  return a.low > b.high ? "a" : b.low > a.high ? "b" : "";
}
