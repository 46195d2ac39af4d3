// @ts-check
// The popover in which a time range and a time zone are chosen; it is made when it is first opened.

import { placed } from "./choices.js";
import { el, find, say } from "./elements.js";
import { fromField, toField } from "./range-fields.js";
import { t } from "./words.js";

/** @typedef {import("./controls.js").Shell} Shell */

const LENGTHS = ["5m", "15m", "1h", "6h", "24h", "7d", "30d"];

/** @param {Shell} shell */
export function openRangePicker(shell) {
  const button = /** @type {HTMLButtonElement} */ (find("range-button"));
  const [from, to] = ["from", "to"].map((name) => el("input", { type: "datetime-local", id: `absolute-${name}`, required: true }));
  const zone = el("select", { id: "tz" }, el("option", { value: "browser" }, t("picker.zone_browser")), el("option", { value: "utc" }, "UTC"));
  const form = el("form", { id: "absolute" },
    el("h2", {}, t("picker.absolute")), el("label", {}, t("picker.from"), from), el("label", {}, t("picker.to"), to),
    el("p", { id: "absolute-problem", class: "bad", role: "alert" }), el("button", {}, t("picker.apply")), el("label", {}, t("picker.zone"), zone));
  const quick = el("div", { id: "quick" }, ...["latest", "now"].flatMap((group) => [
    el("h2", { id: `quick-${group}` }, t(`picker.${group}`)),
    el("ul", { "aria-labelledby": `quick-${group}` }, ...[...LENGTHS.map((length) => `${group}-${length}`), ...(group === "latest" ? ["first"] : [])].map(choice)),
  ]));
  const picker = el("div", { id: "range-picker", class: "popover", popover: true, role: "dialog", "aria-label": button.parentElement?.ariaLabel }, form, quick);

  /** @param {string} start */
  function choice(start) {
    const one = el("button", { type: "button" }, t(`quick.${start}`));
    one.addEventListener("click", () => {
      picker.hidePopover();
      shell.go({ from: start, to: start.startsWith("now") ? "now" : "latest", at: "" });
    });
    return el("li", {}, one);
  }
  function fill() {
    const [shown, { tz }] = [shell.range(), shell.state()];
    zone.value = tz;
    say("absolute-problem", "");
    if (shown) [from.value, to.value] = [toField(shown.from, tz), toField(shown.to, tz)];
  }
  zone.addEventListener("change", () => {
    shell.go({ tz: zone.value });
    fill();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { tz } = shell.state();
    const [start, end] = [fromField(from.value, tz), fromField(to.value, tz)];
    const wrong = problem(start, end);
    say("absolute-problem", wrong);
    if (wrong || !start || !end) return;
    picker.hidePopover();
    shell.go({ from: start, to: end, at: "" });
  });
  picker.addEventListener("toggle", fill);
  placed(picker, button);
  button.after(picker);
  button.popoverTargetElement = picker;  // from now on the browser opens and closes it
  picker.showPopover();
}

/** What is wrong with a range that a person typed; empty if nothing is.
 * @param {string|null} from
 * @param {string|null} to
 */
function problem(from, to) {
  if (!from || !to) return t("range.unknown");
  return Date.parse(from) < Date.parse(to) ? "" : t("range.order");
}
