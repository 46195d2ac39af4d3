// @ts-check
// The colours that a canvas needs, read from the style sheet, and the news that they changed.

/** Lines differ by dash too, so that no one has to tell colours apart. */
export const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [14, 4], [4, 2, 1, 2], [1, 4], [12, 3, 3, 3]];
export const EXPECTED_DASH = [6, 4];

/** @param {Element} element */
export function colours(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim() || style.color;
  /** @type {Map<string, string>} */
  const known = new Map();
  return {
    font: style.fontFamily,
    /** @param {string} tone */
    of(tone) {
      const found = known.get(tone) ?? read(tone);
      known.set(tone, found);
      return found;
    },
  };
}

/** A colour that lets through what is behind it.
 * @param {string} colour
 * @param {number} share
 */
export const alpha = (colour, share) => `color-mix(in srgb, ${colour} ${share * 100}%, transparent)`;

/** @typedef {ReturnType<typeof colours>} Colours */

/** @type {Set<() => void>} */
const listeners = new Set();
let watching = false;

/** Hear when the theme changed: by the page, by the machine, by contrast settings or for paper.
 * @param {() => void} changed
 * @returns {() => void} stops it
 */
export function onTheme(changed) {
  if (!watching) watch();
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function watch() {
  watching = true;
  const tell = () => listeners.forEach((one) => one());
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
  for (const query of ["(prefers-color-scheme: light)", "(forced-colors: active)", "(prefers-contrast: more)", "print"]) {
    matchMedia(query).addEventListener("change", tell);
  }
}
