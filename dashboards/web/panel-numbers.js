// @ts-check
// How a panel writes its numbers and its range.

import { moment, rate, share, zone } from "./format.js";
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

/** @param {{from: number, to: number}} range seconds since 1970 */
export const range = ({ from, to }) => `${moment(from)} – ${moment(to)} (${zone})`;
