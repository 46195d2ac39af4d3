// @ts-check
// The key figures, the reasons, and the state of the sources.

import { el, find, say } from "./elements.js";
import { count, duration, moment, seconds, share, signalWords, since } from "./format.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Watch} Watch */

const FIRING = ["firing", "escalated"];
const STATES = /** @type {Record<string, string>} */ ({ ok: "read", failing: "failing", unread: "not read yet", off: "switched off", gone: "no longer watched", partly: "partly failing", pushed: "pushed" });
const CANCEL_STAGES = ["cancelled", "cancelling", "conditional", "considering", "seeking"];

/**
 * @param {string} name
 * @param {string} value
 * @param {string} note
 * @param {string} [level] good, warn or bad
 */
function tile(name, value, note, level = "") {
  say(`f-${name}`, value);
  find(`f-${name}`).dataset.level = level;
  say(`f-${name}-note`, note || "\u00a0");
  find(`f-${name}-note`).title = note;
}

/** @param {import("./types.js").Share|null} part */
const interval = (part) => (part ? `95% interval ${share(part.low)}\u2009–\u2009${share(part.high)}` : "no posts to share out");

/** The figures of the range.
 * @param {Series} data
 * @param {Watch} watch
 */
export function showFigures(data, watch) {
  const { totals } = data;
  tile("posts", count(totals.posts), `${count(totals.voices)} voices, ${count(totals.posts - totals.voices)} echoes`);
  const members = watch.members ? `of ${count(watch.members)} members` : "originals, echoes left out";
  tile("cancel", count(totals.cancel), members);
  tile("share", totals.cancel_share ? share(totals.cancel_share.share) : "–", interval(totals.cancel_share));
  tile("negative", totals.negative_share ? share(totals.negative_share.share) : "–", interval(totals.negative_share));
  const legend = /** @type {["negative"|"neutral"|"positive", string][]} */ ([["positive", "Positive"], ["neutral", "Neutral"], ["negative", "Negative"]]);
  find("sentiment-legend").replaceChildren(...legend.map(([column, label]) =>
    el("li", { class: column }, el("span", { class: "swatch" }), `${label} `, el("b", {}, count(totals[column])))));
  find("cancel-legend").replaceChildren(el("li", { class: "cancel" }, el("span", { class: "swatch" }), "Cancel voices ", el("b", {}, count(totals.cancel))));
  say("cancel-title", `Cancel voices per ${duration(data.step)}`);
}

/** The state of the alarm is that of now, whatever the range.
 * @param {import("./types.js").Spike[]} spikes
 * @param {Source[]} sources
 */
export function showAlarm(spikes, sources) {
  const firing = spikes.filter((spike) => !spike.resolved_at && FIRING.includes(spike.state));
  const last = spikes[0];
  if (firing.length) {
    const [one] = firing;
    tile("alarm", one.state === "escalated" ? "Escalated" : "Firing", `${firing.map((spike) => signalWords(spike.signal)).join(", ")} since ${moment(seconds(one.started_at))}`, "bad");
  } else if (last && !last.resolved_at) {
    tile("alarm", "Pending", `${signalWords(last.signal)} since ${moment(seconds(last.started_at))}`, "warn");
  } else if (sources.some((source) => source.state === "failing") && !sources.some((source) => source.state === "ok")) {
    tile("alarm", "Unknown", "no source can be read", "warn");
  } else {
    tile("alarm", "Quiet", last ? `last spike ${moment(seconds(last.started_at))}` : "no spike so far", "good");
  }
}

/**
 * @param {Series} data
 * @param {Watch} watch
 */
export function showConcerns(data, watch) {
  const rows = Object.entries(data.totals.concerns).filter(([, row]) => row.cancel > 0);
  const all = data.totals.cancel;
  const items = rows.map(([name, row]) => bar(watch.concerns[name] ?? name, row.cancel, all));
  if (!items.length) items.push(el("li", { class: "quiet" }, all ? "No cancel voice names a reason that is watched for." : "No cancel voices in this range."));
  find("concerns").replaceChildren(...items);
  const said = Object.entries(data.totals.by_stage).filter(([, number]) => number > 0).sort(([, one], [, other]) => other - one);
  const most = Math.max(1, ...said.map(([, number]) => number));
  const stages = said.map(([stage, number]) => bar(stage, number, most, CANCEL_STAGES.includes(stage) ? "" : "other"));
  if (!stages.length) stages.push(el("li", { class: "quiet" }, "Nobody speaks of what they do."));
  find("stages").replaceChildren(...stages);
}

/**
 * @param {string} label
 * @param {number} part
 * @param {number} whole what a full bar stands for
 * @param {string} [name] class of the row
 */
function bar(label, part, whole, name = "") {
  const meter = el("meter", { min: 0, max: whole, value: part, "aria-label": `${label}: ${part} of ${whole}` });
  return el("li", { class: name }, el("span", {}, label), el("span", { class: "quiet" }, count(part)), meter);
}

/** @param {Source[]} sources */
export function showSources(sources) {
  const on = sources.filter((source) => !["off", "gone", "pushed"].includes(source.state));
  const failing = on.filter((source) => ["failing", "partly"].includes(source.state));
  const good = on.filter((source) => source.state === "ok");
  const note = failing.length ? `failing: ${failing.map((source) => source.source).join(", ")}` : on.length === good.length ? "all sources are read" : "some were not read yet";
  tile("coverage", on.length ? `${good.length} of ${on.length}` : "–", on.length ? note : "no source is switched on", failing.length ? "bad" : good.length && good.length === on.length ? "good" : "warn");
  const items = sources.map((source) => el("li", { "data-state": source.state },
    el("p", { class: "name" }, el("span", { class: "dot", "aria-hidden": true }), source.source, el("span", { class: "state" }, STATES[source.state] ?? source.state)),
    el("p", { class: "quiet" }, facts(source)),
    ...(source.last_error ? [el("p", {}, source.last_error)] : [])));
  if (!items.length) items.push(el("li", {}, el("p", { class: "quiet" }, "This watch names no sources; posts may still come by `uproar replay`.")));
  find("source-list").replaceChildren(...items);
}

/** @param {Source} source */
function facts(source) {
  const known = [`${count(source.posts)} posts`];
  if (source.read_at) known.push(`tried ${since(seconds(source.read_at))}`);
  if (source.failures) known.push(`${count(source.failures)} failures in a row`);
  if (source.gaps_open) known.push("gap open");
  if (source.dead_letters) known.push(`${count(source.dead_letters)} dead letters`);
  return known.join(" · ");
}

/** What to do when a watch has no posts.
 * @param {Source[]} sources
 */
export function showEmpty(sources) {
  const failing = sources.filter((source) => source.state === "failing");
  const body = find("empty-body");
  const parts = failing.length
    ? [el("p", {}, "These sources cannot be reached:"), el("ul", {}, ...failing.map((source) => el("li", {}, el("strong", {}, source.source), `: ${source.last_error ?? "no reason given"}`)))]
    : [el("p", {}, sources.some((source) => source.state === "ok") ? "The sources are read, and none of them has a post about this deal so far." : "No source was read yet. Does the collector run? Try ", ...(sources.some((source) => source.state === "ok") ? [] : [el("code", {}, "uproar doctor")]))];
  body.replaceChildren(...parts, el("p", {}, "To see what this page shows, run ", el("code", {}, "make demo"), " (or ", el("code", {}, "uproar demo"), "): a simulated deal on this machine."));
}
