// @ts-check
// How numbers and times are written: in the reader's language, in the time zone that is chosen.

import { breath } from "./elements.js";
import { lang, named, t } from "./words.js";

const LOCALE = lang === "en" ? "en-GB" : lang;  // days before months, and 24 hours
const whole = new Intl.NumberFormat(lang);
const fine = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
const small = new Intl.NumberFormat(lang, { style: "percent", maximumSignificantDigits: 2 });
const DAY = 86400;
const UNITS = /** @type {[number, string][]} */ ([[DAY, "day"], [3600, "hour"], [60, "minute"], [1, "second"]]);

/** @param {string|undefined} timeZone */
const formats = (timeZone) => ({
  clock: new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", timeZone }),
  day: new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone }),
  date: new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", timeZone }),
});
await breath();  // the first of each kind takes a phone long
let written = formats(undefined);
await breath();
const ago = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
export let zone = Intl.DateTimeFormat(LOCALE).resolvedOptions().timeZone;

/** Write times in this zone from now on. @param {string} tz browser or utc */
export function useZone(tz) {
  written = formats(tz === "utc" ? "UTC" : undefined);
  zone = tz === "utc" ? "UTC" : Intl.DateTimeFormat(LOCALE).resolvedOptions().timeZone;
}

/** @param {number} value */
export const count = (value) => whole.format(value);
/** @param {number} value */
export const rate = (value) => fine.format(value);
/** What is no count needs no second digit. @param {number} value */
export const about = (value) => fine.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
/** @param {number} value */
export const share = (value) => (value > 0 && value < 0.001 ? small : percent).format(value);
/** @param {string} iso */
export const seconds = (iso) => Date.parse(iso) / 1000;
/** @param {number} at seconds since 1970 */
export const time = (at) => written.clock.format(at * 1000);
/** @param {number} at seconds since 1970 */
export const shortDay = (at) => written.day.format(at * 1000);
/** @param {number} at seconds since 1970 */
export const moment = (at) => `${written.date.format(at * 1000)}, ${time(at)}`;
/**
 * @param {number} one seconds since 1970
 * @param {number} other
 */
const sameDay = (one, other) => written.date.format(one * 1000) === written.date.format(other * 1000);

/**
 * The stretch of one point.
 * @param {number} at seconds since 1970
 * @param {number} step seconds
 */
export function stretch(at, step) {
  const { date, day } = written;
  if (step >= DAY) return `${date.format(at * 1000)}${step > DAY ? ` – ${date.format((at + step - 1) * 1000)}` : ""}`;
  return `${day.format(at * 1000)}, ${time(at)} – ${time(at + step)}`;
}

/**
 * From when to when: the day of the end only if it is another.
 * @param {number} from seconds since 1970
 * @param {number} to
 */
export const period = (from, to) => `${moment(from)} – ${sameDay(from, to) ? time(to) : moment(to)}`;

/**
 * From when to when; what goes on has no end.
 * @param {string} from
 * @param {string|null} to
 */
export function between(from, to) {
  return to ? period(seconds(from), seconds(to)) : `${moment(seconds(from))} – ${t("goes_on")}`;
}

/**
 * A length of time in words: "5 minutes".
 * @param {number} length seconds
 */
export function duration(length) {
  const [unit, name] = UNITS.find(([size]) => length >= size) ?? UNITS[3];
  return new Intl.NumberFormat(lang, { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: length < 10 * unit ? 1 : 0 }).format(length / unit);
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
  return Math.abs(away) < 10 ? t("just_now") : ago.format(Math.round(away), "second");
}

/** @type {Record<string, string>} */
let concerns = {};
/** What the concerns of the watch are called from now on. @param {Record<string, string>} labels */
export const nameConcerns = (labels) => { concerns = labels; };

/** A signal in words. @param {string} signal */
export function signalWords(signal) {
  const [kind, name] = signal.split(/:(.*)/);
  return name ? `${named("signal", kind)} ${(kind === "concern" && concerns[name]) || name}` : named("signal", signal);
}
