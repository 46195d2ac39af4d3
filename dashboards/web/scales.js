// @ts-check
// Where the lines of a chart's grid go, and what stands beside them.

import { shortDay, time } from "./format.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
const STEPS = [60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY];

/**
 * Heights for about `number` lines from 0 on, the last one not below `highest`.
 * @param {number} highest
 * @param {number} number
 * @param {boolean} whole only whole numbers
 */
export function heights(highest, number, whole) {
  const rough = (highest || 1) / number;
  const size = 10 ** Math.floor(Math.log10(rough));
  let step = size * ([1, 2, 5, 10].find((nice) => nice * size >= rough) ?? 10);
  if (whole) step = Math.max(1, step);
  const lines = [];
  for (let i = 0; i <= Math.ceil((highest || 1) / step - 1e-9); i += 1) lines.push(i * step);
  return lines;
}

/**
 * Moments for grid lines, at full hours and days of the reader's zone, with their labels.
 * @param {number} from seconds since 1970
 * @param {number} to
 * @param {number} most how many lines fit
 * @returns {{at: number, label: string}[]}
 */
export function moments(from, to, most) {
  const step = STEPS.find((length) => (to - from) / length <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const offset = new Date(from * 1000).getTimezoneOffset() * 60;
  const found = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) {
    const midnight = time(at) === "00:00" || time(at) === "24:00";
    found.push({ at, label: step >= DAY || midnight ? shortDay(at) : time(at) });
  }
  return found;
}
