// @ts-check
// Ranges that are wider, earlier and later than one.

import { iso } from "./range.js";

/** @typedef {import("./range.js").Range} Range */

const MINUTE = 60;

/**
 * Twice as long, round the middle.
 * @param {Range} range
 */
export function wider({ from, to }) {
  const half = Math.max(MINUTE, Math.round((to - from) / 2 / MINUTE) * MINUTE);
  return { from: iso(from - half), to: iso(to + half) };
}

/**
 * Half a range earlier (-1) or later (1).
 * @param {Range} range
 * @param {-1|1} way
 */
export function shifted({ from, to }, way) {
  const half = way * Math.max(MINUTE, Math.round((to - from) / 2 / MINUTE) * MINUTE);
  const kept = Math.max(half, -from);
  return { from: iso(from + kept), to: iso(to + kept) };
}
