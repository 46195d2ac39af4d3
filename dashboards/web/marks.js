// @ts-check
// Gaps, spikes and events: drawn on the charts, and listed beside them.

import { el, find, svg } from "./elements.js";
import { count, moment, rate, seconds, signalWords } from "./format.js";

/** @typedef {import("./types.js").Series} Series */

/**
 * @param {Series} data
 * @param {(at: number) => number} x
 * @param {number} top
 * @param {number} bottom
 * @returns {{below: SVGElement[], above: SVGElement[]}} what lies behind and before the areas
 */
export function drawMarks(data, x, top, bottom) {
  /** @type {SVGElement[]} */
  const below = [];
  /** @type {SVGElement[]} */
  const above = [];
  const inside = (/** @type {number} */ at) => x(Math.min(data.to, Math.max(data.from, at)));
  const band = (/** @type {string} */ name, /** @type {string} */ from, /** @type {string|null} */ to) => {
    const left = inside(seconds(from));
    const width = Math.max(2, (to ? inside(seconds(to)) : x(data.to)) - left);
    return svg("rect", { class: name, x: left, y: top, width, height: bottom - top });
  };
  for (const gap of data.gaps) below.push(band("gap", gap.started_at, gap.ended_at));
  for (const [from, to] of united(data.spikes)) {
    const left = inside(seconds(from));
    below.push(band("spike", from, to));
    above.push(
      svg("line", { class: "spike-edge", x1: left, x2: left, y1: top, y2: bottom }),
      svg("path", { class: "spike-tip", d: `M${left} ${top}l-6 -9h12z` }),
    );
  }
  data.timeline.forEach((event, index) => {
    const at = x(seconds(event.at));
    above.push(
      svg("line", { class: "event", x1: at, x2: at, y1: top, y2: bottom }),
      svg("rect", { class: "event-tag", x: at - 8, y: top - 14, width: 16, height: 13, rx: 3 }),
      svg("text", { class: "event-number", x: at, y: top - 4 }, String(index + 1)),
    );
  });
  return { below, above };
}

/** One event is a spike of several signals: what overlaps is drawn once.
 * @param {import("./types.js").Spike[]} spikes
 * @returns {[string, string|null][]} when each stretch began and ended; null: it goes on
 */
function united(spikes) {
  /** @type {[string, string|null][]} */
  const stretches = [];
  for (const { started_at: from, resolved_at: to } of spikes.toSorted((one, other) => seconds(one.started_at) - seconds(other.started_at))) {
    const last = stretches.at(-1);
    if (!last || (last[1] && seconds(last[1]) < seconds(from))) stretches.push([from, to]);
    else if (last[1] && (!to || seconds(to) > seconds(last[1]))) last[1] = to;
  }
  return stretches;
}

/** The notes about one point: what lies over it.
 * @param {Series} data
 * @param {number} at
 * @returns {string[]}
 */
export function notesAt(data, at) {
  const end = at + data.step;
  const over = (/** @type {string} */ from, /** @type {string|null} */ to) =>
    seconds(from) < end && (to === null || seconds(to) > at);
  return [
    ...data.spikes.filter((spike) => over(spike.started_at, spike.resolved_at)).map((spike) => `Spike: ${signalWords(spike.signal)}`),
    ...data.gaps.filter((gap) => over(gap.started_at, gap.ended_at)).map((gap) => `Gap: ${gap.source} was not read`),
    ...data.timeline.filter((event) => seconds(event.at) >= at && seconds(event.at) < end).map((event) => event.text),
  ];
}

/** How many there are now, if that is not what was told; of what is over, how many there were at its height.
 * @param {import("./types.js").Spike} spike
 */
function present(spike) {
  if (spike.told_count === null || spike.count === spike.told_count) return "";
  return ` · ${spike.resolved_at ? "at its height" : "now"} ${count(spike.count)} in ${Math.round(spike.window_s / 60)} min`;
}

/** @param {Series} data */
export function listMarks(data) {
  const rows = [
    ...data.timeline.map((event, index) => ({
      at: seconds(event.at), badge: el("span", { class: "badge" }, String(index + 1)), text: event.text, when: moment(seconds(event.at)),
    })),
    ...data.spikes.map((spike) => ({
      at: seconds(spike.started_at), badge: el("span", { class: "badge alarm", title: "Spike" }, "▲"),
      text: `${signalWords(spike.signal)}: ${spike.explanation || `${count(spike.count)} where ${rate(spike.expected)} were expected`}${present(spike)}`,
      when: `Spike, ${spike.state}: ${span(spike.started_at, spike.resolved_at)}`,
    })),
    ...data.gaps.map((gap) => ({
      at: seconds(gap.started_at), badge: el("span", { class: "badge hole", title: "Gap" }, "?"),
      text: `${gap.source} was not read: ${gap.reason}`, when: `Gap: ${span(gap.started_at, gap.ended_at)}`,
    })),
  ].sort((one, other) => other.at - one.at);
  const items = rows.map((row) => el("li", {}, row.badge, el("div", {}, row.text, el("p", { class: "quiet" }, row.when))));
  if (!items.length) items.push(el("li", {}, el("span"), el("p", { class: "quiet" }, "No spikes, gaps or events in this range.")));
  find("marks").replaceChildren(...items);
}

/**
 * @param {string} from
 * @param {string|null} to
 */
function span(from, to) {
  const start = moment(seconds(from));
  if (!to) return `${start} – still going on`;
  const end = moment(seconds(to));
  const [day] = start.split(",");
  return `${start} – ${end.startsWith(`${day},`) ? end.slice(day.length + 2) : end}`;
}
