// @ts-check
// What the page of alerts says of a spike: its signal, its numbers, since when, what holds it back.

import { Refusal } from "./api.js";
import { about, between, count, duration, moment, seconds, signalWords, since } from "./format.js";
import { given, named, t } from "./words.js";

/** @typedef {import("./types.js").FullSpike} Spike */
/** @typedef {import("./types.js").Watch} Watch */

const FIRING = ["firing", "escalated"];
const CONCERN = "concern:";

/** @type {Watch[]} */
let watches = [];
/** Which watches there are, for titles and names of concerns. @param {Watch[]} known */
export const know = (known) => { watches = known; };
export const several = () => watches.length > 1;

/** @param {string} name */
export const titleOf = (name) => watches.find((one) => one.name === name)?.title ?? name;

/**
 * The words of a concern of a watch.
 * @param {string} watch
 * @param {string} name
 */
export const concernOf = (watch, name) => given.concerns[watch]?.[name] ?? watches.find((one) => one.name === watch)?.concerns[name] ?? name;

/**
 * A signal of a watch in words.
 * @param {string} signal
 * @param {string|null} watch
 */
export function signalOf(signal, watch) {
  if (signal === "concern:*") return t("all_concerns");
  return watch && signal.startsWith(CONCERN) ? t("concern_named", { concern: concernOf(watch, signal.slice(CONCERN.length)) }) : signalWords(signal);
}

/** @param {Spike} spike */
export const isFiring = (spike) => !spike.resolved_at && FIRING.includes(spike.state);

/** How many, where how many were expected, in which time. @param {Spike} spike */
export function numbers(spike) {
  const told = { count: count(spike.count), expected: about(spike.expected), length: duration(spike.window_s) };
  if (spike.signal.startsWith("no-data:")) return t("numbers.no_data", told);
  return t(spike.signal.startsWith("threshold:") ? "numbers.threshold" : "numbers.spike", told);
}

/** How many times as many as expected; empty where that says nothing. @param {Spike} spike */
export function times(spike) {
  const factor = spike.expected > 0 ? spike.count / spike.expected : 0;
  return factor >= 1.5 ? `× ${about(factor)}` : "";
}

/** Since when, and how long it lasted. @param {Spike} spike */
export function lasted(spike) {
  const from = seconds(spike.started_at);
  if (!spike.resolved_at) return t("since", { at: moment(from), ago: since(from) });
  return t("lasted", { stretch: between(spike.started_at, spike.resolved_at), length: duration(seconds(spike.resolved_at) - from) });
}

/** Why somebody was not told. @param {string} held as the API has it: `silence 3` @param {string} watch */
export function heldBy(held, watch) {
  const [, kind, rest] = /^(silence|mute|inhibited by) (.+)$/.exec(held) ?? [];
  if (kind === "silence") return t("held_by.silence", { id: rest });
  if (kind === "mute") return t("held_by.mute", { name: rest });
  return kind ? t("held_by.inhibited", { signal: signalOf(rest, watch) }) : held;
}

/** Who looks after it, and since when. @param {Spike} spike */
export function lookedAfter(spike) {
  if (!spike.acknowledged_at) return t("nobody_looks");
  const at = moment(seconds(spike.acknowledged_at));
  return spike.acknowledged_by ? t("looks", { by: spike.acknowledged_by, at }) : t("somebody_looks", { at });
}

/** A spike's state in words. @param {string} state */
export const spikeState = (state) => named("spike_state", state);

/**
 * What went wrong, for the reader: what the API says, or better words for a refusal that is no fault.
 * @param {unknown} error
 * @param {Record<number, string>} words by status
 */
export function problem(error, words) {
  if (error instanceof Refusal && words[error.status]) return words[error.status];
  return error instanceof Error ? error.message : String(error);
}
