// @ts-check
// The colours that a canvas needs, read from the style sheet, and the news that they changed.

import { el } from "./elements.js";

/** Lines differ by dash too, so that no one has to tell colours apart. */
export const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [14, 4], [4, 2, 1, 2], [1, 4], [12, 3, 3, 3]];
export const EXPECTED_DASH = [6, 4];

/** What a name of the style sheet comes to, light or dark, can only be asked of an element that has it.
 * @type {HTMLElement|undefined}
 */
let probe;
/** @type {Map<string, string>} of all panels, until the theme changes; `font` is that of the page */
const known = new Map();

/** @param {string} tone */
function of(tone) {
  if (!probe) {
    probe = el("i", { hidden: true });
    probe.style.setProperty("forced-color-adjust", "none");
    document.body.append(probe);
  }
  let found = known.get(tone);
  if (!found) {
    probe.style.color = `var(--${tone}, currentcolor)`;
    found = getComputedStyle(probe).color;
    known.set(tone, found);
  }
  return found;
}

export const colours = {
  of,
  get font() {
    let found = known.get("font");
    if (!found) known.set("font", found = getComputedStyle(document.body).fontFamily);
    return found;
  },
};

/** A colour that lets through what is behind it.
 * @param {string} colour
 * @param {number} share
 */
export const alpha = (colour, share) => `color-mix(in srgb, ${colour} ${share * 100}%, transparent)`;

/** @typedef {typeof colours} Colours */

/** @type {Set<() => void>} */
const listeners = new Set();
let watching = false;

/** Hear when the theme changed: by the page, by the machine, by contrast settings or for paper.
 * @param {() => void} changed
 */
export function onTheme(changed) {
  if (!watching) watch();
  listeners.add(changed);
}

function watch() {
  watching = true;
  const tell = () => {
    known.clear();
    listeners.forEach((one) => one());
  };
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
  for (const query of ["(prefers-color-scheme: light)", "(forced-colors: active)", "(prefers-contrast: more)", "print"]) {
    matchMedia(query).addEventListener("change", tell);
  }
}
