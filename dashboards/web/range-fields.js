// @ts-check
// Moments as fields for date and time have them.

import { iso } from "./range.js";

/**
 * What stands in a field for date and time.
 * @param {number} at seconds since 1970
 * @param {string} tz
 */
export function toField(at, tz) {
  const offset = tz === "utc" ? 0 : new Date(at * 1000).getTimezoneOffset() * 60;
  return new Date((at - offset) * 1000).toISOString().slice(0, 16);
}

/**
 * @param {string} text of such a field
 * @param {string} tz
 * @returns {string|null} as the address has it
 */
export function fromField(text, tz) {
  const at = Date.parse(tz === "utc" ? `${text}Z` : text) / 1000;
  return Number.isFinite(at) ? iso(at) : null;
}
