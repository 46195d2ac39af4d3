// @ts-check
// What fires now, and the spikes of the past: a card and a row for each.

import { query } from "./address.js";
import { heldBy, isFiring, lasted, lookedAfter, numbers, several, signalOf, spikeState, times, titleOf } from "./alerts-words.js";
import { el } from "./elements.js";
import { duration, moment, seconds } from "./format.js";
import { t } from "./words.js";

/** @typedef {import("./types.js").FullSpike} Spike */
/** @typedef {{open: (id: number) => void, acknowledge: (spike: Spike) => void, silence: (spike: Spike) => void,
 *   state: () => import("./address.js").State}} Acts */
/** `minute` moves so that "3 minutes ago" does. @typedef {{spike: Spike, opened: boolean, minute: number}} Shown */

/** @param {Spike} spike */
export const chip = (spike) => el("span", { class: `status ${isFiring(spike) ? "bad" : "over"}` }, spikeState(spike.state));

/**
 * A link that opens a spike here, or its address elsewhere.
 * @param {Spike} spike
 * @param {Acts} acts
 * @param {Record<string, string|boolean|undefined>} attributes
 * @param {...(Node|string)} children
 */
export function opener(spike, acts, attributes, ...children) {
  const link = el("a", { href: `/alerts${query({ ...acts.state(), spike: String(spike.id) })}`, "data-act": "open", ...attributes }, ...children);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    acts.open(spike.id);
  });
  return link;
}

/**
 * What can be done about a spike that goes on.
 * @param {Spike} spike
 * @param {Acts} acts
 */
export function buttons(spike, acts) {
  const ack = el("button", { type: "button", "data-act": "ack", class: "small" }, t(spike.acknowledged_at ? "ack_again" : "ack"));
  ack.addEventListener("click", () => acts.acknowledge(spike));
  const silence = el("button", { type: "button", "data-act": "silence", class: "small" }, t("silence_this"));
  silence.addEventListener("click", () => acts.silence(spike));
  const name = signalOf(spike.signal, spike.watch);
  for (const button of [ack, silence]) button.setAttribute("aria-label", `${button.textContent}: ${name}`);
  return [ack, silence];
}

/**
 * @param {Shown} shown
 * @param {Acts} acts
 */
export function card({ spike, opened }, acts) {
  const title = signalOf(spike.signal, spike.watch);
  const more = times(spike);
  return el("li", { class: "firing", "data-spike": spike.id },
    el("p", { class: "firing-title" }, opener(spike, acts, { "aria-current": opened ? "true" : undefined }, title), chip(spike),
      ...(several() ? [el("span", { class: "quiet" }, titleOf(spike.watch))] : [])),
    el("p", { class: "firing-numbers" }, numbers(spike), ...(more ? [" ", el("strong", { class: "factor" }, more)] : [])),
    el("p", { class: "quiet" }, lasted(spike)),
    el("p", { class: spike.acknowledged_at ? "looked" : "quiet" }, lookedAfter(spike), ...(spike.held ? [` · ${t("held_back", { why: heldBy(spike.held, spike.watch) })}`] : [])),
    el("p", { class: "acts start" }, ...buttons(spike, acts)));
}

/**
 * @param {Shown} shown
 * @param {Acts} acts
 */
export function row({ spike, opened }, acts) {
  const from = seconds(spike.started_at);
  const length = spike.resolved_at ? duration(seconds(spike.resolved_at) - from) : `${duration(Math.max(0, Date.now() / 1000 - from))}, ${t("goes_on")}`;
  const notes = [
    ...(several() && acts.state().all ? [titleOf(spike.watch)] : []),
    ...(spike.acknowledged_by ? [t("row_looked", { by: spike.acknowledged_by })] : []),
    ...(spike.held ? [heldBy(spike.held, spike.watch)] : []),
  ];
  return el("li", { "data-spike": spike.id }, opener(spike, acts, { class: "row", "aria-current": opened ? "true" : undefined },
    el("span", { class: "row-name" }, signalOf(spike.signal, spike.watch)), chip(spike),
    el("span", { class: "row-when" }, `${moment(from)} · ${length}`),
    el("span", { class: "row-numbers" }, numbers(spike)),
    ...(notes.length ? [el("span", { class: "row-notes" }, notes.join(" · "))] : [])));
}
