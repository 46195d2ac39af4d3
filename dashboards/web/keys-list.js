// @ts-check
// What stands in the list of keyboard shortcuts.

import { el, find } from "./elements.js";
import { t } from "./words.js";

/** @param {string} key */
const shown = (key) => ({ ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" })[key] ?? key;

/** @param {string[]} all shortcuts: "t z" is t, then z */
export function listKeys(all) {
  find("keys-list").replaceChildren(...all.flatMap((keys) => [
    el("dt", {}, ...keys.split(" ").flatMap((key, i) => [...(i ? [" "] : []), el("kbd", {}, shown(key))])),
    el("dd", {}, t(`keys.${keys.replace(" ", "-")}`)),
  ]));
}
