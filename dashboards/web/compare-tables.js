// @ts-check
// The figures and the concerns of two deals side by side, and what can be told of them.

import { higher } from "./compared.js";
import { el, find, say } from "./elements.js";
import { count, duration, rate, share } from "./format.js";
import { after } from "./offsets.js";
import { holes, missed } from "./reading.js";
import { t } from "./words.js";
import { wilson } from "./wilson.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Share} Share */
/** @typedef {import("./compared.js").Side} Side */

const FEW = 8;
const NAMES = /** @type {Record<string, string>} */ ({ a: "A", b: "B" });
let all = false;

/** @param {Share|null} one */
function shown(one) {
  if (!one) return ["–"];
  return [share(one.share), " ", el("span", { class: "quiet" }, t("from_to", { low: share(one.low), high: share(one.high) }))];
}

/** @param {Share|null} a @param {Share|null} b */
function told(a, b) {
  const found = higher(a, b);
  if (found === null) return el("td", { class: "quiet" }, t("not_known"));
  return found ? el("td", { class: "differ", "data-higher": found }, t("higher", { name: NAMES[found] })) : el("td", { class: "quiet" }, t("no_difference"));
}

/** @param {number} value */
const tenth = (value) => Math.round(value * 10) / 10;

/** How often as many, where both have some.
 * @param {number} a
 * @param {number} b
 */
function times(a, b) {
  if (!a || !b) return el("td", {}, "–");
  return el("td", { class: "quiet" }, a === b ? t("as_many") : t("times", { name: a > b ? "A" : "B", times: rate(tenth(Math.max(a, b) / Math.min(a, b))) }));
}

/** @param {string} name @param {(Node|string)[][]} values @param {HTMLElement} verdict */
const row = (name, values, verdict) => el("tr", {}, el("th", { scope: "row" }, name), ...values.map((value) => el("td", {}, ...value)), verdict);

/** @param {Series[]} answers */
export function showFigures(answers) {
  const totals = answers.map((one) => one.totals);
  const counts = /** @type {const} */ (["posts", "voices", "cancel"]).map((name) => {
    const [a, b] = totals.map((one) => one[name]);
    return row(t(`figure.${name}`), [[count(a)], [count(b)]], times(a, b));
  });
  const per = totals.map((one) => (one.posts ? (one.cancel * 1000) / one.posts : 0));
  const shares = /** @type {const} */ (["cancel_share", "negative_share"]).map((name) => {
    const [a, b] = totals.map((one) => one[name]);
    return row(t(`figure.${name}`), [shown(a), shown(b)], told(a, b));
  });
  find("rows").replaceChildren(...counts, row(t("figure.per"), per.map((one) => [rate(tenth(one))]), times(per[0], per[1])), ...shares);
  const [a, b] = totals.map((one) => one.cancel_share);
  const found = higher(a, b);
  const values = { a: a ? share(a.share) : "–", b: b ? share(b.share) : "–", name: found ? NAMES[found] : "" };
  say("conclusion", t(found === null ? "verdict_unknown" : found ? "verdict_differ" : "verdict_same", values));
}

/** What the figures do not hold: where the range goes beyond what there is, and gaps.
 * @param {Series[]} answers
 * @param {Side[]} both
 */
export function showWarnings(answers, both) {
  const notes = answers.flatMap((series, i) => {
    const name = i ? "B" : "A";
    const { extent } = both[i].watch;
    const found = [];
    const [first, last] = extent ? [extent.first - both[i].zero, extent.last + 60 - both[i].zero] : [0, 0];
    if (!series.totals.posts) found.push(t("warn_none", { name }));
    else if (extent && (extent.first > series.from || extent.last + 60 < series.to)) found.push(t("warn_short", { name, from: after(first), to: after(last) }));
    const missing = missed(holes(series));
    if (missing) found.push(t("warn_gap", { name, length: duration(missing), names: [...new Set(series.gaps.map((gap) => gap.source))].join(", ") }));
    if (series.simulated) found.push(t("warn_simulated", { name }));
    return found;
  });
  if (both[0].watch === both[1].watch && answers[0].from < answers[1].to && answers[1].from < answers[0].to) notes.push(t("warn_overlap"));
  find("warnings").replaceChildren(...notes.map((note) => el("li", {}, note)));
}

/**
 * @param {Series[]} answers
 * @param {Record<string, string>} labels
 */
export function showConcerns(answers, labels) {
  const of = (/** @type {Series} */ series, /** @type {string} */ name) => ({ part: series.totals.concerns[name]?.cancel ?? 0, interval: wilson(series.totals.concerns[name]?.cancel ?? 0, series.totals.cancel) });
  const names = [...new Set(answers.flatMap((series) => Object.keys(series.totals.concerns)))];
  const rows = names.map((name) => ({ name, both: answers.map((series) => of(series, name)) })).filter(({ both }) => both.some(({ part }) => part > 0));
  const most = (/** @type {typeof rows[number]} */ { both }) => Math.max(...both.map(({ interval }) => interval?.share ?? 0));
  rows.sort((one, other) => most(other) - most(one));
  const cell = (/** @type {{part: number, interval: Share|null}} */ { part, interval }, /** @type {number} */ i) => [
    ...shown(interval), " ", el("span", { class: "quiet" }, `(${count(part)})`),
    el("meter", { min: 0, max: 1, value: interval?.share ?? 0, "data-side": i ? "b" : "a", "aria-hidden": true })];
  const items = rows.slice(0, all ? rows.length : FEW).map(({ name, both }) => row(labels[name] ?? name, both.map(cell), told(both[0].interval, both[1].interval)));
  find("concern-rows").replaceChildren(...(items.length ? items : [el("tr", {}, el("td", { colspan: 4, class: "quiet" }, t("no_concerns")))]));
  const button = find("all-concerns");
  button.hidden = rows.length <= FEW;
  button.textContent = all ? t("fewer_concerns") : t("all_concerns", { n: rows.length });
  button.setAttribute("aria-expanded", String(all));
  button.onclick = () => { all = !all; showConcerns(answers, labels); };
}
