// @ts-check
// How a panel writes its numbers and its range.

import { moment, rate, share, shortDay, stretch, time, zone } from "./format.js";
import { lang } from "./words.js";

const short = new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1 });

/** @typedef {{unit: "count"|"share"}} Unit */

/** A value as legend, tooltip and table write it: a dash where nothing is known.
 * @param {Unit} spec
 * @returns {(value: number|null|undefined) => string}
 */
export const written = ({ unit }) => (value) => {
  if (value === null || value === undefined) return "–";
  return unit === "share" ? share(value) : rate(Math.abs(value) < 10 ? value : Math.round(value));
};

/** A value beside an axis, where there is little room.
 * @param {Unit} spec
 * @param {number} value
 */
export const tick = ({ unit }, value) => (unit === "share" ? share(value) : value < 10_000 ? rate(value) : short.format(value));

const DAY = 86400;

/** How a panel writes moments: as dates, unless its spec knows better. `tick` is one beside the axis, `step` from it to the next.
 * @typedef {{tick(at: number, step: number): string, moment(at: number): string, stretch(from: number, to: number): string,
 *   range(range: {from: number, to: number}): string}} Clock */
/** @type {Clock} */
const DATES = {
  tick: (at, step) => (step >= DAY || time(at) === "00:00" ? shortDay(at) : time(at)),
  moment,
  stretch: (from, to) => stretch(from, to - from),
  range: ({ from, to }) => `${moment(from)} – ${moment(to)} (${zone})`,
};

/** @param {{clock?: Clock}} spec */
export const clock = (spec) => spec.clock ?? DATES;
