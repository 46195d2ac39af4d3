// @ts-check
// What is compared with what: the deal and the moment of each side, how long before and after.

import { el, find, say } from "./elements.js";
import { moment, seconds } from "./format.js";
import { after, length, short } from "./offsets.js";
import { iso } from "./range.js";
import { fromField, toField } from "./range-fields.js";
import { t } from "./words.js";

/** @typedef {import("./shell.js").Shell} Shell */
/** @typedef {import("./types.js").Watch} Watch */
/** @typedef {import("./compared.js").Side} Side */

const PRESETS = ["", "1h 6h", "6h 24h", "24h 7d", "7d 30d"];
const FREE = "free";
const LETTERS = /** @type {const} */ (["a", "b"]);
/** What the address calls the deal and the moment of each side. */
const KEYS = /** @type {const} */ ({ a: { deal: "watch", zero: "zero" }, b: { deal: "other", zero: "otherzero" } });

/** @param {string} id @returns {any} */
const place = (id) => find(id);

/** @param {HTMLSelectElement} select @param {{value: string, label: string}[]} options @param {string} value */
function fill(select, options, value) {
  const known = JSON.stringify(options);
  if (select.dataset.known !== known) select.replaceChildren(...options.map((one) => el("option", { value: one.value }, one.label)));
  select.dataset.known = known;
  select.value = value;
}

/** @param {() => Shell} shell @param {() => Side[]} both what is shown */
export function wire(shell, both) {
  LETTERS.forEach((letter, i) => {
    const { deal, zero } = KEYS[letter];
    place(`deal-${letter}`).addEventListener("change", (/** @type {{target: any}} */ { target }) => {
      const kept = i ? {} : { other: shell().state().other || both()[1].watch.name };
      shell().go({ ...kept, [deal]: target.value, [zero]: "", point: "" });
    });
    place(`zero-${letter}`).addEventListener("change", (/** @type {{target: any}} */ { target }) => {
      if (target.value !== FREE) return shell().go({ [zero]: target.value, point: "" });
      find(`moment-${letter}-label`).hidden = false;
      place(`moment-${letter}`).focus();
    });
    place(`moment-${letter}`).addEventListener("change", (/** @type {{target: any}} */ { target }) => {
      const at = fromField(target.value, shell().state().tz);
      if (at) shell().go({ [zero]: at, point: "" });
    });
  });
  place("preset").addEventListener("change", (/** @type {{target: any}} */ { target }) => {
    if (target.value === FREE) return place("before").focus();
    const [before = "", later = ""] = target.value.split(" ");
    shell().go({ before, after: later, point: "" });
  });
  find("span").addEventListener("submit", (event) => {
    event.preventDefault();
    const [before, later] = [length(place("before").value), length(place("after").value)];
    if (before !== null && later !== null) shell().go({ before: short(before), after: short(later), point: "" });
  });
  place("per").addEventListener("change", (/** @type {{target: any}} */ { target }) => shell().go({ per: target.checked ? "1000" : "" }));
}

/**
 * @param {Side[]} both
 * @param {import("./compared.js").Span} span
 * @param {import("./address.js").State} state
 * @param {Watch[]} watches
 */
export function show(both, span, state, watches) {
  const deals = watches.filter((one) => one.enabled || one.extent).map((one) => ({ value: one.name, label: one.title }));
  both.forEach((side, i) => {
    const letter = LETTERS[i];
    fill(place(`deal-${letter}`), deals, side.watch.name);
    showZero(letter, side, state.tz);
  });
  const presets = PRESETS.map((value) => {
    const [before, later] = value.split(" ").map((one) => length(one) ?? 0);
    return { value, label: value ? `${after(-before)} … ${after(later)}` : t("span_both") };
  });
  const chosen = state.before || state.after ? `${state.before} ${state.after}` : "";
  fill(place("preset"), [...presets, { value: FREE, label: t("span_free") }], PRESETS.includes(chosen) ? chosen : FREE);
  if (document.activeElement !== find("before")) place("before").value = short(span.before);
  if (document.activeElement !== find("after")) place("after").value = short(span.after);
  place("per").checked = Boolean(state.per);
}

/** @param {"a"|"b"} letter @param {Side} side @param {string} tz */
function showZero(letter, { watch, zero, event, chosen }, tz) {
  const events = watch.timeline.map(({ at, text }, i) => ({ value: i || letter === "b" ? iso(seconds(at)) : "", label: t("event_at", { text, at: moment(seconds(at)) }), at: seconds(at) }));
  const first = watch.timeline.length ? [] : [{ value: letter === "b" ? iso(watch.extent?.first ?? zero) : "", label: t("first_post"), at: watch.extent?.first ?? zero }];
  const options = [...events, ...first];
  const known = options.find((one) => Math.floor(one.at / 60) === Math.floor(zero / 60));
  fill(place(`zero-${letter}`), [...options.map(({ value, label }) => ({ value, label })), { value: FREE, label: t("free_moment") }], known ? known.value : FREE);
  find(`moment-${letter}-label`).hidden = Boolean(known);
  if (document.activeElement !== find(`moment-${letter}`)) place(`moment-${letter}`).value = toField(zero, tz);
  const { extent } = watch;
  const range = extent ? t("posts_known", { from: after(extent.first - zero), to: after(extent.last + 60 - zero) }) : t("posts_none");
  say(`note-${letter}`, [known && (event || !chosen) ? "" : moment(zero), range].filter(Boolean).join(" · "));
}
