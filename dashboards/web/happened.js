// @ts-check
// What happened in the range, the newest first: events of the deal, spikes, gaps.

import { el, find } from "./elements.js";
import { about, between, count, moment, seconds, signalWords } from "./format.js";
import { lang, named, t } from "./words.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {{at: number, badge: HTMLElement, text: string, when: string}} Row */

/**
 * @param {Series} data
 * @returns {Row[]}
 */
function rows(data) {
  return [
    ...data.timeline.map((event, index) => ({
      at: seconds(event.at), badge: el("span", { class: "badge" }, String(index + 1)), text: event.text, when: moment(seconds(event.at)),
    })),
    ...data.spikes.map((spike) => ({
      at: seconds(spike.started_at), badge: el("span", { class: "badge alarm", "aria-hidden": true }, "▲"),
      text: `${signalWords(spike.signal)}${t("colon")}${explained(spike)}`,
      when: t("spike_of", { state: named("spike_state", spike.state), stretch: between(spike.started_at, spike.resolved_at) }),
    })),
    ...data.gaps.map((gap) => ({
      at: seconds(gap.started_at), badge: el("span", { class: "badge hole", "aria-hidden": true }, "?"),
      text: t("unread_because", { source: gap.source, reason: gap.reason }), when: t("gap_of", { stretch: between(gap.started_at, gap.ended_at) }),
    })),
  ].sort((one, other) => other.at - one.at);
}

/** The detector explains itself in English; for others there are its numbers. @param {import("./types.js").Spike} spike */
function explained(spike) {
  if (lang === "en" && spike.explanation) return spike.explanation + present(spike);
  const words = spike.signal.startsWith("threshold:") ? "count_limit" : "count_expected";
  return t(words, { count: count(spike.count), minutes: String(Math.round(spike.window_s / 60)), expected: about(spike.expected) });
}

/** How many there are now, if that is not what was told; of what is over, how many there were at its height.
 * @param {import("./types.js").Spike} spike
 */
function present(spike) {
  if (spike.told_count === null || spike.count === spike.told_count) return "";
  return ` · ${t(spike.resolved_at ? "at_its_height" : "counted_now", { count: count(spike.count), minutes: String(Math.round(spike.window_s / 60)) })}`;
}

/** @param {Series} data */
export function showHappened(data) {
  const items = rows(data).map((row) => el("li", {}, row.badge, el("div", {}, row.text, el("p", { class: "quiet" }, row.when))));
  if (!items.length) items.push(el("li", {}, el("span"), el("p", { class: "quiet" }, t("nothing_happened"))));
  find("marks").replaceChildren(...items);
}
