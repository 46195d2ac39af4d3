// @ts-check
// Why they leave, what they say they do, and how the sources are.

import { el, find } from "./elements.js";
import { count, seconds, since } from "./format.js";
import { stateOf, stateWords } from "./reading.js";
import { CANCEL_STAGES } from "./stages.js";
import { named, t } from "./words.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Source} Source */

const FEW = 8;
let all = false;

/**
 * @param {string} label
 * @param {number} part
 * @param {number} whole what a full bar stands for
 * @param {string} [name] class of the row
 */
function bar(label, part, whole, name = "") {
  const meter = el("meter", { min: 0, max: whole, value: part, "aria-label": t("part_of", { label, part, whole }) });
  return el("li", { class: name }, el("span", { title: label }, label), el("span", { class: "quiet" }, count(part)), meter);
}

/**
 * @param {Series} data
 * @param {Record<string, string>} concerns their labels
 */
export function showConcerns(data, concerns) {
  const rows = Object.entries(data.totals.concerns).filter(([, row]) => row.cancel > 0);
  const whole = data.totals.cancel;
  const items = rows.slice(0, all ? rows.length : FEW).map(([name, row]) => bar(concerns[name] ?? name, row.cancel, whole));
  if (!items.length) items.push(el("li", { class: "quiet" }, t(whole ? "no_reason" : "no_cancel")));
  find("reasons").replaceChildren(...items);
  const button = find("all-reasons");
  button.hidden = rows.length <= FEW;
  button.textContent = all ? t("fewer") : t("all_of", { n: rows.length });
  button.setAttribute("aria-expanded", String(all));
  button.onclick = () => { all = !all; showConcerns(data, concerns); };
  const said = Object.entries(data.totals.by_stage).filter(([, number]) => number > 0).sort(([, one], [, other]) => other - one);
  const most = Math.max(1, ...said.map(([, number]) => number));
  const stages = said.map(([stage, number]) => bar(named("stage", stage), number, most, CANCEL_STAGES.includes(stage) ? "" : "other"));
  if (!stages.length) stages.push(el("li", { class: "quiet" }, t("no_stage")));
  find("said").replaceChildren(...stages);
}

/** @param {Source[]} sources */
export function showSources(sources) {
  const items = sources.map((source) => el("li", { "data-state": stateOf(source) },
    el("p", { class: "name" }, el("span", { class: "dot", "aria-hidden": true }), source.source, el("span", { class: "state" }, stateWords(stateOf(source)))),
    el("p", { class: "quiet" }, facts(source)),
    ...(source.last_error ? [el("p", { class: "error" }, source.last_error)] : [])));
  if (!items.length) items.push(el("li", {}, el("p", { class: "quiet" }, t("no_sources"))));
  find("source-list").replaceChildren(...items);
}

/** @param {Source} source */
function facts(source) {
  const known = [t("posts", { n: source.posts })];
  if (source.read_at) known.push(t("tried", { ago: since(seconds(source.read_at)) }));
  if (source.failures) known.push(t("failures", { n: source.failures }));
  if (source.gaps_open) known.push(t("gap_open"));
  if (source.dead_letters) known.push(t("dead_letters", { n: source.dead_letters }));
  return known.join(" · ");
}
