// @ts-check
// How far the number can be trusted: by people, by the evaluation that was kept, by what was read.

import { el, find, say } from "./elements.js";
import { between, count, duration, moment, seconds, share } from "./format.js";
import { holes, missed } from "./reading.js";
import { STAGES } from "./stages.js";
import { t, named } from "./words.js";

/** @typedef {{value: number|null, low: number|null, high: number|null, method: string|null}} Measure */
/** @typedef {{bins: {low: number, high: number, n: number, mean: number, right: Measure}[], error: number|null}} Calibration */
/** @typedef {{file: string, sha256: string, posts: number, borderline: number, unjudged: number,
 *   views: Record<string, {n: number, measures: Record<string, Measure>, calibration: Calibration|null}>}} File */
/** @typedef {{measured_at: string, model_version: string, seed: number, files: File[], is_running: boolean|null}} Evaluation */
/** @typedef {{judged: number, confirmed: number, sampled: number, said_cancel: number, right_cancel: number, precision: Measure, calibration: Calibration,
 *   not_sampled: {judged: number, said_cancel: number, right_cancel: number, unknown: number},
 *   stages: {machine: string, person: string, posts: number}[]}} People */
/** @typedef {{watch: string, running: string|null, people: People, newest: import("./types.js").Post[], evaluation: Evaluation|null}} Quality */
/** @typedef {import("./types.js").Series} Series */

const FEW = 30;  // judged posts under which a share says little

/** @param {string} name @param {string} value @param {string} note @param {string} [level] */
function tile(name, value, note, level = "") {
  say(`f-${name}`, value);
  find(`f-${name}`).dataset.level = level;
  say(`f-${name}-note`, note || "\u00a0");
}

/** @param {Measure|undefined} one */
const written = (one) => (one?.value === null || one?.value === undefined ? "–" : share(one.value));
/** @param {Measure|undefined} one */
const interval = (one) => (one?.low === null || one?.high === null || !one ? "" : t("from_to", { low: share(one.low), high: share(one.high) }));

/** @param {Quality} quality @param {Series} series */
export function showTiles({ people, evaluation }, series) {
  const { precision, said_cancel: n, right_cancel: right } = people;
  tile("precision", written(precision), n ? t("precision_note", { interval: interval(precision), right, n }) : t("precision_none"), n && n < FEW ? "warn" : "");
  tile("judged", count(people.judged), t("judged_note", { n: people.confirmed, sampled: people.sampled }));
  showChosen(people);
  const found = evaluation?.files.find((file) => file.views.cancel)?.views.cancel.measures;
  if (!evaluation || !found) tile("measured", "–", t("measured_none"), "warn");
  else tile("measured", written(found.f1), t("measured_note", { precision: written(found.precision), recall: written(found.recall) }), evaluation.is_running === false ? "warn" : "");
  const missing = missed(holes(series));
  const whole = Math.max(1, series.to - series.from);
  tile("read", share(1 - missing / whole), missing ? t("read_note", { length: duration(missing) }) : t("read_all"), missing ? "warn" : "good");
  say("answer", !n ? t("answer_none") : n < FEW ? t("answer_few", { n }) : t("answer", { share: written(precision), interval: interval(precision) }));
}

/** What people came to by themselves says nothing of how precise the machine is, and stands apart. @param {People} people */
function showChosen({ not_sampled: { judged, said_cancel: n, right_cancel: right, unknown } }) {
  find("chosen").hidden = !judged;
  say("chosen", [t("chosen_posts", { n: judged }), ...(n ? [t("chosen_cancel", { n, right })] : []), ...(unknown ? [t("chosen_unknown", { n: unknown })] : []), t("chosen_why")].join(" "));
}

/** @param {People} people */
export function showConfusion({ stages }) {
  const named_ = (/** @type {"machine"|"person"} */ who) => STAGES.filter((stage) => stages.some((one) => one[who] === stage));
  const [machine, person] = [named_("machine"), named_("person")];
  if (!stages.length) return find("confusion-body").replaceChildren(el("p", { class: "quiet" }, t("confusion_none")));
  const most = Math.max(...stages.map(({ posts }) => posts));
  const rows = machine.map((said) => el("tr", {}, el("th", { scope: "row" }, named("stage", said)), ...person.map((truth) => {
    const posts = stages.find((one) => one.machine === said && one.person === truth)?.posts ?? 0;
    const cell = el("td", { "data-kind": !posts ? "" : said === truth ? "right" : "wrong", title: t("confusion_cell", { n: posts, machine: named("stage", said), person: named("stage", truth) }) }, posts ? count(posts) : "·");
    cell.style.setProperty("--weight", String(Math.round(10 + (30 * posts) / most)));
    return cell;
  })));
  const head = el("tr", {}, el("th", { scope: "col" }, t("confusion_corner")), ...person.map((truth) => el("th", { scope: "col" }, named("stage", truth))));
  find("confusion-body").replaceChildren(el("table", { class: "plain", id: "confusion-table" }, el("thead", {}, head), el("tbody", {}, ...rows)));
}

/** @param {Quality} quality */
export function showEvaluation({ evaluation, running }) {
  const body = find("evaluation-body");
  if (!evaluation) {
    return body.replaceChildren(el("p", {}, t("evaluation_none")), el("p", {}, el("code", {}, "uproar evaluate FILE --save")));
  }
  const { is_running: same, model_version: version, files } = evaluation;
  const verdict = t(same === null ? "evaluation_unknown" : same ? "evaluation_same" : "evaluation_other", { version, running: running ?? "–" });
  body.replaceChildren(
    el("p", { class: "quiet" }, t("evaluation_at", { at: moment(seconds(evaluation.measured_at)) })),
    el("p", { class: same === false ? "warned" : "quiet" }, verdict),
    ...files.map((file) => el("div", { class: "file" },
      el("p", {}, el("strong", {}, file.file), " ", el("span", { class: "quiet", title: `SHA-256 ${file.sha256}` }, t("evaluation_posts", { n: file.posts }))),
      el("dl", {}, ...Object.entries(file.views).flatMap(([name, view]) => measures(name, view.measures))))));
}

/** The measure that says most of each question. @param {string} name @param {Record<string, Measure>} found */
function measures(name, found) {
  const shown = name === "cancel" ? ["precision", "recall", "f1"] : ["macro_f1", "f1", "exact"].filter((one) => found[one]).slice(0, 1);
  return shown.flatMap((one) => [
    el("dt", {}, t("of_question", { question: named("question_of", name), measure: named("measure", one) })),
    el("dd", {}, written(found[one]), " ", el("span", { class: "quiet" }, interval(found[one])))]);
}

/** @param {Series} series */
export function showHoles(series) {
  const items = series.gaps.map((gap) => el("li", {},
    el("p", {}, el("strong", {}, gap.source), ...(gap.ended_at ? [" ", el("span", { class: "quiet" }, duration(seconds(gap.ended_at) - seconds(gap.started_at)))] : [])),
    el("p", { class: "quiet" }, between(gap.started_at, gap.ended_at)),
    el("p", { class: "quiet" }, gap.reason)));
  find("hole-list").replaceChildren(...(items.length ? items : [el("li", { class: "quiet" }, t("holes_none"))]));
}
