// @ts-check
// How numbers and times are written, in the reader's own time zone.

const whole = new Intl.NumberFormat("en");
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const DAY = 86400;

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {number} value */
export const count = (value) => whole.format(value);
/** @param {number} value */
export const rate = (value) => fine.format(value);
/** @param {number} value */
export const share = (value) => percent.format(value);
/** @param {string} iso */
export const seconds = (iso) => Date.parse(iso) / 1000;
/** @param {number} at seconds since 1970 */
export const time = (at) => clock.format(at * 1000);
/** @param {number} at seconds since 1970 */
export const shortDay = (at) => day.format(at * 1000);
/** @param {number} at seconds since 1970 */
export const moment = (at) => `${date.format(at * 1000)}, ${clock.format(at * 1000)}`;

/**
 * The stretch of one point.
 * @param {number} at seconds since 1970
 * @param {number} step seconds
 */
export function stretch(at, step) {
  if (step >= DAY) return `${date.format(at * 1000)}${step > DAY ? ` – ${date.format((at + step - 1) * 1000)}` : ""}`;
  return `${day.format(at * 1000)}, ${time(at)} – ${time(at + step)}`;
}

/**
 * A length of time in words: "5 minutes".
 * @param {number} length seconds
 */
export function duration(length) {
  for (const [unit, name] of /** @type {[number, string][]} */ ([[DAY, "day"], [3600, "hour"], [60, "minute"]])) {
    if (length >= unit) {
      const number = Math.round(length / unit);
      return number === 1 ? name : `${number} ${name}s`;
    }
  }
  return `${Math.round(length)} seconds`;
}

/**
 * How long ago a moment was: "3 minutes ago".
 * @param {number} at seconds since 1970
 * @param {number} [now] seconds since 1970
 */
export function since(at, now = Date.now() / 1000) {
  const away = at - now;
  const units = /** @type {[number, Intl.RelativeTimeFormatUnit][]} */ (
    [[365.25 * DAY, "year"], [30.4 * DAY, "month"], [DAY, "day"], [3600, "hour"], [60, "minute"]]
  );
  for (const [unit, name] of units) if (Math.abs(away) >= unit) return ago.format(Math.round(away / unit), name);
  return Math.abs(away) < 10 ? "just now" : ago.format(Math.round(away), "second");
}

const SIGNALS = /** @type {Record<string, string>} */ ({
  posts: "Posts", negative: "Negative posts", cancel: "Cancel voices", "cancel-share": "Share of cancel voices",
});
const KINDS = /** @type {Record<string, string>} */ ({ concern: "Concern", threshold: "Rule", "no-data": "No data from" });

/** A signal in words. @param {string} signal */
export function signalWords(signal) {
  const [kind, name] = signal.split(/:(.*)/);
  return SIGNALS[signal] ?? (name ? `${KINDS[kind] ?? kind} ${name}` : signal);
}
