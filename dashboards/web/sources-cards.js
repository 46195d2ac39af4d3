// @ts-check
// A card for each source: how it is, how much it brings, how far behind it is, what it missed, and what to do.

import { el } from "./elements.js";
import { about, count, duration, moment, seconds, share, since } from "./format.js";
import { holes, missed, stateOf, stateWords } from "./reading.js";
import { strip } from "./sources-strip.js";
import { t } from "./words.js";

/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Volume} Volume */
/** @typedef {{source: Source, series: Series, volumes: Volume[], minute: number}} Shown */

const ADVICE = /** @type {[RegExp, string][]} */ ([
  [/budget/i, "budget"], [/\b(401|403)\b|unauthori[sz]ed|forbidden|token|password|log ?in/i, "login"], [/\b429\b|too many requests|rate limit/i, "patience"],
  [/\b40[04]\b|not found/i, "address"], [/\b5\d\d\b/, "theirs"], [/timed? ?out|connect|resolve|network|certificate|unreachable/i, "network"],
]);
const BEHIND = 900;

/** @param {string} state */
const level = (state) => ({ ok: "good", failing: "bad", partly: "warn", late: "bad", unread: "warn" })[state] ?? "waiting";

/** What somebody can do about it. @param {Source} source @returns {Node[]} */
function help(source) {
  const state = stateOf(source);
  const code = (/** @type {string} */ text) => el("code", {}, text);
  const check = [" ", code(`uproar sources check ${source.watch}/${source.source}`)];
  if (state === "failing" || state === "partly") {
    const kind = ADVICE.find(([pattern]) => pattern.test(source.last_error ?? ""))?.[1] ?? "unknown";
    const next = source.next_due_at ? ` ${t("asked_again", { at: moment(seconds(source.next_due_at)), ago: since(seconds(source.next_due_at)) })}` : "";
    const since_ = source.failures > 1 ? `${t("failed_times", { n: source.failures })} ` : "";
    return [el("p", { class: "error", dir: "auto" }, source.last_error ?? t("no_reason")), el("p", {}, `${since_}${t(`todo.${kind}`)}${next} ${t("todo.check")}`, ...check)];
  }
  if (state === "late" || state === "unread") return [el("p", {}, t(`todo.${state}`), " ", code("uproar collect"), " · ", code("uproar doctor"))];
  if (state === "off" || state === "gone" || state === "pushed") return [el("p", { class: "quiet" }, t(`todo.${state}`))];
  return (source.lag_seconds ?? 0) > BEHIND && !source.caught_up ? [el("p", {}, t("todo.behind"))] : [];
}

/** What the platform counted itself, beside what was read. @param {Shown} shown */
function counted({ source, series, volumes }) {
  const mine = volumes.filter((one) => one.source === source.source);
  if (!mine.length) return [];
  const theirs = mine.reduce((sum, one) => sum + one.posts, 0);
  const read = series.totals.by_source[source.source]?.posts ?? 0;
  const words = theirs ? t("counted_share", { read: count(read), theirs: count(theirs), share: share(Math.min(1, read / theirs)) }) : t("counted_none");
  return [el("div", { class: "counted" }, el("p", {}, words),
    el("meter", { min: 0, max: Math.max(theirs, 1), value: Math.min(read, theirs), "aria-label": words }), el("p", { class: "quiet" }, t("counted_note")))];
}

/** @param {Shown} shown */
function facts({ source, series }) {
  const posts = series.totals.by_source[source.source]?.posts ?? 0;
  const hours = (series.to - series.from) / 3600;
  const missing = missed(holes(series, source.source));
  const one = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ note = "", /** @type {string} */ tone = "") =>
    el("div", { "data-level": tone || undefined }, el("dt", {}, name), el("dd", {}, value, ...(note ? [el("span", { class: "quiet" }, ` ${note}`)] : [])));
  const read = source.read_at ? seconds(source.read_at) : null;
  return el("dl", { class: "facts-list" },
    one(t("fact.rate"), t("an_hour", { rate: about(posts / hours) }), t("in_24h", { n: posts })),
    one(t("fact.lag"), source.lag_seconds === null ? "–" : source.lag_seconds < 60 ? t("none_behind") : duration(source.lag_seconds), source.lag_seconds === null || source.caught_up ? "" : t("catching_up"), (source.lag_seconds ?? 0) > BEHIND ? "warn" : ""),
    one(t("fact.coverage"), share(1 - missing / (series.to - series.from)), source.gaps_open ? t("gap_open") : "", missing ? "warn" : ""),
    one(t("fact.read"), read === null ? "–" : since(read)),
    one(t("fact.posts"), count(source.posts), source.unrelated ? t("unrelated", { n: source.unrelated }) : ""));
}

/**
 * @param {Shown} shown
 * @param {(source: string) => void} letters shows its dead letters
 */
export function card(shown, letters) {
  const { source, series } = shown;
  const state = stateOf(source);
  const dead = el("button", { type: "button", class: "small" }, t("dead_letters", { n: source.dead_letters }));
  dead.addEventListener("click", () => letters(source.source));
  return el("li", { class: "panel source", "data-source": source.source, "data-level": level(state) },
    el("div", { class: "head" }, el("h2", {}, source.source), ...(source.type && source.type !== source.source ? [el("span", { class: "quiet" }, source.type)] : []),
      el("span", { class: `status ${level(state)}` }, stateWords(state)), ...(source.dead_letters ? [dead] : [])),
    ...help(source), ...(state === "off" && !source.posts ? [] : [facts(shown), strip(series, source.source), ...counted(shown)]));
}
