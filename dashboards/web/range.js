// @ts-check
// Ranges of time: what they mean now, wider, earlier, later, and as a person writes them.

import { period } from "./format.js";
import { named } from "./words.js";

/** @typedef {{now: number, first: number, latest: number}} Anchors seconds since 1970 */
/** @typedef {{from: number, to: number}} Range seconds since 1970 */

const UNITS = /** @type {Record<string, number>} */ ({ s: 1, m: 60, h: 3600, d: 86400, w: 604800 });
const RELATIVE = /^(now|latest|first)(?:([+-])(\d{1,9})([smhdw]))?$/;
const LAST = 32_503_679_940;  // the API knows the years 1970 to 2999
const MINUTE = 60;

/**
 * What the API makes of a moment; null of what it would refuse.
 * @param {string} text
 * @param {Anchors} anchors
 * @returns {number|null}
 */
function resolve(text, anchors) {
  const relative = RELATIVE.exec(text.trim());
  if (relative) {
    const [, base, sign, number, unit] = relative;
    return anchors[/** @type {keyof Anchors} */ (base)] + (sign === "-" ? -1 : 1) * Number(number ?? 0) * (UNITS[unit] ?? 1);
  }
  const seconds = /^\d{1,15}(\.\d+)?$/.test(text.trim()) ? Math.trunc(Number(text)) : Date.parse(text) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/**
 * @param {{from: string, to: string}} state
 * @param {Anchors} anchors
 * @returns {Range|null}
 */
export function resolved(state, anchors) {
  const [from, to] = [resolve(state.from, anchors), resolve(state.to, anchors)];
  if (from === null || to === null || to <= from) return null;
  return { from: Math.floor(from / MINUTE) * MINUTE, to: Math.ceil(to / MINUTE) * MINUTE };
}

/** @param {number} at */
export const iso = (at) => `${new Date(Math.min(LAST, Math.max(0, at)) * 1000).toISOString().slice(0, 16)}Z`;

/**
 * How a range is named on its button.
 * @param {{from: string, to: string}} state
 * @param {Range|null} range
 */
export function label(state, range) {
  const quick = `${state.from}|${state.to}`;
  if (state.to === "now" || state.to === "latest") {
    const words = named("quick", state.from);
    if (words !== state.from) return words;
  }
  if (!range || /^(now|latest|first)/.test(state.from + state.to)) return quick.replace("|", " – ");
  return period(range.from, range.to);
}
