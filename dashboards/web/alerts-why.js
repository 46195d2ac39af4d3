// @ts-check
// Why a spike is one: what was counted, what was expected, how well it is known, what grew, where, and posts that show it.

import { concernOf, heldBy, isFiring, lookedAfter, numbers, several, signalOf, times, titleOf } from "./alerts-words.js";
import { buttons, chip } from "./alerts-rows.js";
import { el, find } from "./elements.js";
import { about, between, count, duration, moment, rate, seconds, share, since } from "./format.js";
import { lang, named, t } from "./words.js";

/** @typedef {import("./types.js").FullSpike} Spike */
/** @typedef {import("./types.js").Details} Details */

const YOUNG_DAYS = 7;

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [level] warn where it says to trust this less
 */
const fact = (name, value, level) => el("div", { "data-level": level }, el("dt", {}, name), el("dd", {}, value));

/**
 * @param {Spike} spike
 * @param {Details} details
 */
function facts(spike, details) {
  const { window: stretch, baseline_days: days, coverage, voices, echoes } = details;
  const began = seconds(spike.started_at);
  const rows = [fact(t("why.began"), `${moment(began)} (${since(began)})`)];
  if (spike.resolved_at) rows.push(fact(t("why.ended"), t("why.ended_after", { at: moment(seconds(spike.resolved_at)), length: duration(seconds(spike.resolved_at) - began) })));
  if (stretch) rows.push(fact(t("why.window"), `${between(stretch.from, stretch.to)} (${duration(stretch.seconds)})`));
  if (spike.score > 0) rows.push(fact(t("why.score"), t("why.score_is", { n: Math.round(10 ** Math.min(spike.score, 12)), score: rate(spike.score) })));
  if (typeof days === "number") {
    const known = duration(days * 86400);
    rows.push(days < YOUNG_DAYS ? fact(t("why.baseline"), t("why.young", { known }), "warn") : fact(t("why.baseline"), known));
  }
  if (typeof coverage === "number") rows.push(fact(t("why.coverage"), share(coverage), coverage < 1 ? "warn" : undefined));
  if (typeof voices === "number") rows.push(fact(t("why.voices"), t("why.voices_echoes", { n: voices, echoes: echoes ?? 0 })));
  if (!spike.resolved_at) rows.push(fact(t("why.changed"), `${moment(seconds(spike.changed_at))} (${since(seconds(spike.changed_at))})`));
  return el("dl", { class: "facts-list" }, ...rows);
}

/**
 * @param {string} title
 * @param {{label: string, part: number, note: string}[]} rows
 */
function bars(title, rows) {
  if (!rows.length) return [];
  const most = Math.max(...rows.map((row) => row.part), 1);
  const items = rows.map(({ label, part, note }) => el("li", {}, el("span", {}, label), el("span", { class: "quiet" }, note),
    el("meter", { min: 0, max: most, value: part, "aria-label": `${label}: ${note}` })));
  return [el("section", {}, el("h3", {}, title), el("ul", { class: "bars" }, ...items))];
}

/**
 * @param {Spike} spike
 * @param {Details} details
 */
function grown(spike, { concerns = [], sources = [], languages = [] }) {
  const part = (/** @type {{count: number, share: number}} */ one) => `${count(one.count)} · ${share(one.share)}`;
  return el("div", { class: "three" },
    ...bars(t("why.concerns"), concerns.map((one) => ({ label: concernOf(spike.watch, one.name), part: one.count, note: t("why.before", { count: count(one.count), before: about(one.before) }) }))),
    ...bars(t("why.sources"), sources.map((one) => ({ label: one.name, part: one.count, note: part(one) }))),
    ...bars(t("why.languages"), languages.map((one) => ({ label: named("lang", one.name), part: one.count, note: part(one) }))));
}

/** @param {Details} details */
function gaps({ gaps: missing = [] }) {
  if (!missing.length) return [];
  const items = missing.map((gap) => el("li", {}, t("why.gap", { source: gap.source, stretch: between(gap.from, gap.to) })));
  return [el("section", { class: "warned" }, el("h3", {}, t("why.gaps")), el("ul", {}, ...items))];
}

/** @param {Details} details */
function posts({ posts: shown = [] }) {
  if (!shown.length) return [];
  const items = shown.map((post) => {
    const link = post.url && /^https?:\/\//.test(post.url) ? [el("a", { href: post.url, rel: "noreferrer noopener", target: "_blank" }, t("original"))] : [];
    return el("li", {}, ...(post.text ? [el("blockquote", { dir: "auto" }, post.text)] : []), el("p", { class: "quiet" }, t("why.post", { id: String(post.id) }), " ", ...link));
  });
  return [el("section", {}, el("h3", {}, t("why.posts")), el("p", { class: "quiet" }, t("why.posts_note")), el("ul", { class: "quotes" }, ...items))];
}

/** The overview at that moment. @param {Spike} spike */
function overview(spike) {
  const known = spike.details?.dashboard?.split("?")[1];
  const asked = new URLSearchParams(known ?? { watch: spike.watch, at: String(Math.floor(seconds(spike.started_at) / 60) * 60) });
  return el("a", { href: `/?${asked}`, class: "button", "data-act": "overview" }, t("why.overview"));
}

/**
 * @param {Spike} spike
 * @param {import("./alerts-rows.js").Acts} acts
 */
export function showWhy(spike, acts) {
  const details = spike.details ?? {};
  const more = times(spike);
  const most = Math.max(spike.count, spike.expected, 1);
  const amount = (/** @type {string} */ label, /** @type {number} */ value, /** @type {string} */ tone) => el("li", { class: tone }, el("span", {}, label), el("span", {}, about(value)),
    el("meter", { min: 0, max: most, value, "aria-label": `${label}: ${about(value)}` }));
  find("opened-title").replaceChildren(signalOf(spike.signal, spike.watch), " ", chip(spike));
  find("why-body").replaceChildren(
    el("p", { class: "why-numbers" }, numbers(spike), ...(more ? [" ", el("strong", { class: "factor" }, more)] : []), ...(several() ? [el("span", { class: "quiet" }, ` ${titleOf(spike.watch)}`)] : [])),
    el("ul", { class: "bars against" }, amount(t("why.counted"), spike.count, "counted"), amount(t("why.expected"), spike.expected, "other")),
    el("p", { class: spike.acknowledged_at ? "looked" : "quiet" }, lookedAfter(spike)),
    ...(spike.held ? [el("p", { class: "held" }, t("held_back", { why: heldBy(spike.held, spike.watch) }))] : []),
    el("p", { class: "acts start" }, ...(isFiring(spike) ? buttons(spike, acts) : []), overview(spike)),
    facts(spike, details), ...gaps(details), grown(spike, details), ...posts(details),
    ...(spike.explanation && lang === "en" ? [el("details", {}, el("summary", {}, t("why.detector")), el("p", { class: "quiet" }, spike.explanation))] : []));
}
