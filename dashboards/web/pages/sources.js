// @ts-check
// The sources: how each is, what it brings, what it missed, what could not be used, and what it costs.

import { el, find, say } from "../elements.js";
import { moment, seconds } from "../format.js";
import { Keyed } from "../keyed.js";
import { reading, stateOf } from "../reading.js";
import { start } from "../shell.js";
import { account } from "../sources-budget.js";
import { card } from "../sources-cards.js";
import { t } from "../words.js";

/** @typedef {import("../types.js").Source} Source */
/** @typedef {import("../types.js").DeadLetter} DeadLetter */
/** @typedef {{sources: Source[], series: import("../types.js").Series|null, budget: import("../types.js").Budget[],
 *   volumes: import("../types.js").Volume[], letters: DeadLetter[]}} Data */

const LETTERS = { first: 20, more: 200 };
const DAY = { from: "now-24h", to: "now" };

let most = LETTERS.first;
const letters = (/** @type {string} */ source) => {
  shell.go({ source: [source] });
  find("dead").focus();
};
const cards = new Keyed(find("sources"), (/** @type {import("../sources-cards.js").Shown} */ one) => one.source.source, (one) => card(one, letters));
const dead = new Keyed(find("letters"), (/** @type {DeadLetter} */ one) => String(one.id), letter);

/** What could not be used, as it came: text, whatever it says. @param {DeadLetter} one */
function letter(one) {
  return el("li", { "data-letter": one.id },
    el("p", {}, el("strong", { dir: "auto" }, one.reason)),
    el("p", { class: "quiet" }, `${one.source} · ${moment(seconds(one.died_at))} · ${t("letter", { id: String(one.id) })}`),
    el("details", {}, el("summary", {}, t("raw")), el("pre", { dir: "auto", tabindex: 0 }, one.raw)));
}

/** @param {import("../shell.js").Query} query @returns {Promise<Data>} */
async function load({ ask, state, watch }) {
  if (!watch) return { sources: [], series: null, budget: [], volumes: [], letters: [] };
  const of = { watch: watch.name };
  const [sources, series, budget, volumes, found] = await Promise.all([
    ask("sources", of), ask("series", { ...of, ...DAY, points: 24 }), ask("budget"), ask("volumes", { ...of, ...DAY }), ask("deadletters", { ...of, source: state.source[0], limit: most }),
  ]);
  return { sources, series, budget, volumes, letters: found };
}

/** What can be believed, in a sentence. @param {Source[]} sources */
function verdict(sources) {
  const { on, read, failing, late, blind } = reading(sources);
  const bad = [...failing, ...late];
  const level = blind || late.length ? "bad" : bad.length || read.length < on.length ? "warn" : "good";
  find("verdict").dataset.level = level;
  const numbers = { read: read.length, n: on.length };
  say("verdict-title", !on.length ? t("verdict.none") : bad.length ? t("verdict.failing", { n: bad.length, of: on.length }) : t(read.length < on.length ? "verdict.unread" : "verdict.all", numbers));
  const names = bad.map((source) => source.source).join(", ");
  say("verdict-note", bad.length ? t(blind ? "verdict.blind" : "verdict.partly", { names }) : t(level === "good" ? "verdict.trust" : on.length ? "verdict.wait" : "verdict.add"));
}

/** @param {Data} data @param {import("../shell.js").Context} context */
function show(data, { state, watch }) {
  const { sources, series, budget, volumes } = data;
  if (!watch || !series) {
    find("verdict").dataset.level = "warn";
    say("verdict-title", t(state.watch ? "no_such_watch" : "no_watch", { name: state.watch }));
    return;
  }
  verdict(sources);
  const worst = ["failing", "late", "partly", "unread", "ok", "pushed", "off", "gone"];
  const minute = Math.floor(Date.now() / 60_000);
  const inOrder = sources.toSorted((one, other) => worst.indexOf(stateOf(one)) - worst.indexOf(stateOf(other)));
  cards.show(inOrder.map((source) => ({ source, series: only(series, source.source), volumes, minute })), t("no_sources"));
  showLetters(data, state.source[0] ?? "");
  find("accounts").replaceChildren(...(budget.length ? budget.map(account) : [el("p", { class: "quiet" }, t("budget_none"))]));
}

/** What a card needs of the series: of others it may change as it likes. @param {import("../types.js").Series} series @param {string} source */
function only(series, source) {
  const { from, to, t: times, step, gaps, sources, totals } = series;
  const column = sources?.[source];
  const mine = { from, to, t: times, step, gaps: gaps.filter((gap) => gap.source === source), sources: column ? { [source]: column } : {}, totals: { by_source: { [source]: totals.by_source[source] } } };
  return /** @type {import("../types.js").Series} */ (/** @type {unknown} */ (mine));
}

/** @param {Data} data @param {string} source */
function showLetters({ letters: found, sources }, source) {
  const select = /** @type {HTMLSelectElement} */ (find("dead-source"));
  const names = [...new Set([...sources.filter((one) => one.dead_letters).map((one) => one.source), ...(source ? [source] : [])])];
  if (select.dataset.known !== JSON.stringify(names)) {
    select.dataset.known = JSON.stringify(names);
    select.replaceChildren(el("option", { value: "" }, t("all")), ...names.map((name) => el("option", { value: name }, name)));
  }
  select.value = source;
  dead.show(found, t("no_letters"));
  find("more-letters").hidden = found.length < most || most === LETTERS.more;
}

find("dead-source").addEventListener("change", (event) => {
  const { value } = /** @type {HTMLSelectElement} */ (event.target);
  shell.go({ source: value ? [value] : [] });
});
find("more-letters").addEventListener("click", () => { most = LETTERS.more; shell.again(); });
const shell = start({ load, show });
