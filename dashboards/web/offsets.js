// @ts-check
// Time counted from an event: "3 hours after it was announced", as people write it and as charts do.

import { lang, t } from "./words.js";

/** @typedef {import("./panel-numbers.js").Clock} Clock */

const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
const UNITS = /** @type {Record<string, number>} */ ({ m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY });
const LONGEST = 400 * DAY;
const LENGTH = /^\s*(\d{1,5})\s*([mhdwj])\s*$/;
const written = (/** @type {string} */ unit, /** @type {"narrow"|"long"} */ unitDisplay, /** @type {"exceptZero"|"never"} */ signDisplay) =>
  new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay, signDisplay, maximumFractionDigits: 0 });
const NAMES = /** @type {[number, string][]} */ ([[DAY, "day"], [HOUR, "hour"], [MINUTE, "minute"]]);

/** The seconds of a length such as `24h`; null of what is none. A French day is a `j`.
 * @param {string} text
 * @returns {number|null}
 */
export function length(text) {
  const found = LENGTH.exec(text);
  if (!found) return null;
  return Math.min(LONGEST, Number(found[1]) * UNITS[found[2] === "j" ? "d" : found[2]]);
}

/** How the address has a length. @param {number} seconds */
export function short(seconds) {
  const [unit, name] = NAMES.find(([size]) => seconds % size === 0) ?? NAMES[2];
  return `${Math.round(seconds / unit)}${name[0]}`;
}

/** The two largest units of a length, with its sign: "+2d 3h".
 * @param {number} at
 * @param {"narrow"|"long"} how
 */
function offset(at, how) {
  const parts = [];
  let left = Math.abs(Math.round(at / MINUTE)) * MINUTE;
  for (const [unit, name] of NAMES) {
    const number = Math.floor(left / unit);
    left -= number * unit;
    if (number && parts.length < 2) parts.push(written(name, how, "never").format(number));
  }
  if (!parts.length) return "0";
  return `${at < 0 ? "−" : "+"}${how === "long" ? " " : ""}${parts.join(" ")}`;
}

/** @param {number} at seconds since the event */
export const after = (at) => offset(at, "narrow");

/** How panels write moments that are counted from an event.
 * @type {Clock}
 */
export const SINCE = {
  tick: (at) => after(at),
  moment: (at) => after(at),
  stretch: (from, to) => `${after(from)} – ${after(to)}`,
  range: ({ from, to }) => t("chart.since", { from: offset(from, "long"), to: offset(to, "long") }),
};
