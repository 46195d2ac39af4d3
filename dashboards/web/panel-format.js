// @ts-check
// How a panel writes numbers and times, in the reader's language and time zone.

const DAY = 86400;
const UNITS = /** @type {[number, string][]} */ ([[DAY, "day"], [3600, "hour"], [60, "minute"], [1, "second"]]);

/** @typedef {ReturnType<typeof make>} Writer */

/** @type {Map<string, Writer>} */
const made = new Map();

/** The same language and zone give the same writer: formats are slow to make.
 * @param {string} lang
 * @param {"browser"|"utc"} tz
 * @returns {Writer}
 */
export function writer(lang, tz) {
  const name = `${lang} ${tz}`;
  const found = made.get(name) ?? make(lang === "en" ? "en-GB" : lang, tz === "utc" ? "UTC" : undefined);
  made.set(name, found);
  return found;
}

/**
 * @param {string} lang
 * @param {string|undefined} timeZone
 */
function make(lang, timeZone) {
  const number = (/** @type {Intl.NumberFormatOptions} */ options) => new Intl.NumberFormat(lang, options);
  const date = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat(lang, { timeZone, ...options });
  const [whole, fine, percent] = [number({ maximumFractionDigits: 0 }), number({ maximumFractionDigits: 2 }), number({ style: "percent", maximumFractionDigits: 1 })];
  const compact = number({ notation: "compact", maximumFractionDigits: 1 });
  const clock = date({ hour: "2-digit", minute: "2-digit" });
  const day = date({ day: "numeric", month: "short" });
  const both = date({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const full = date({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  const dated = date({ day: "numeric", month: "short", year: "numeric" });
  /** @type {Map<string, Intl.NumberFormat>} */
  const units = new Map();
  /** @type {Map<string, string>} */
  const ranges = new Map();
  /** The same few ranges are asked for by all panels, and each costs half a millisecond. */
  const kept = (/** @type {Intl.DateTimeFormat} */ format, /** @type {string} */ kind, /** @type {number} */ from, /** @type {number} */ to) => {
    const name = `${kind} ${from} ${to}`;
    const found = ranges.get(name) ?? format.formatRange(from * 1000, to * 1000);
    if (ranges.size > 2000) ranges.clear();
    ranges.set(name, found);
    return found;
  };
  const known = (/** @type {number|null} */ value, /** @type {Intl.NumberFormat} */ format) => (value === null ? "–" : format.format(value));
  return {
    lang,
    count: (/** @type {number|null} */ value) => known(value, whole),
    rate: (/** @type {number|null} */ value) => known(value, Math.abs(value ?? 0) < 10 ? fine : whole),
    share: (/** @type {number|null} */ value) => known(value, percent),
    /** Short, for axes. */
    tick: (/** @type {number} */ value, /** @type {boolean} */ share) => (share ? percent : value < 10000 ? fine : compact).format(value),
    clock: (/** @type {number} */ at) => clock.format(at * 1000),
    day: (/** @type {number} */ at) => day.format(at * 1000),
    moment: (/** @type {number} */ at) => both.format(at * 1000),
    /** From one moment to another; whole days where the step is that long. */
    stretch: (/** @type {number} */ from, /** @type {number} */ to) =>
      (to - from >= DAY ? kept(dated, "days", from, to - 1) : kept(both, "times", from, to)),
    range: (/** @type {number} */ from, /** @type {number} */ to) => kept(full, "full", from, to),
    /** "5 minutes" */
    length(/** @type {number} */ seconds) {
      const [size, unit] = UNITS.find(([one]) => seconds >= one && seconds % one === 0) ?? [1, "second"];
      const format = units.get(unit) ?? number({ style: "unit", unit, unitDisplay: "long" });
      units.set(unit, format);
      return format.format(seconds / size);
    },
  };
}

/** A sentence with its places filled.
 * @param {Record<string, string>} words
 * @param {string} key
 * @param {Record<string, string>} [values]
 */
export function fill(words, key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** The value of a row as the panel writes it.
 * @param {{unit: "count"|"share"}} spec
 * @param {Writer} write
 */
export const writes = (spec, write) => (spec.unit === "share" ? write.share : write.rate);
