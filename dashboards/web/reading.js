// @ts-check
// How well the sources are read: what nobody reads, nobody can be alarmed by.

import { seconds } from "./format.js";
import { named } from "./words.js";

/** @typedef {import("./types.js").Source} Source */
/** @typedef {{on: Source[], read: Source[], failing: Source[], late: Source[], blind: boolean}} Reading */
/** @typedef {{from: number, to: number, reason: string}} Hole seconds since 1970 */

const UNREAD = ["off", "gone", "pushed"];
const PATIENCE = 300;

/** The server's clock, as far as a source tells it: that of this machine may be wrong. @param {Source} source */
function nowOf(source) {
  return source.covered_until && source.lag_seconds !== null ? Date.parse(source.covered_until) / 1000 + source.lag_seconds : null;
}

/** Due for long, and nobody has looked: no collector runs. @param {Source} source */
function isLate(source) {
  const now = nowOf(source);
  return source.state === "ok" && now !== null && Boolean(source.next_due_at) && now - Date.parse(source.next_due_at ?? "") / 1000 > PATIENCE;
}

/** What a source is, of the states in words: one that is due for long is none that is read. @param {Source} source */
export const stateOf = (source) => (isLate(source) ? "late" : source.state);

/** @param {string} state */
export const stateWords = (state) => named("source_state", state);

/** `blind`: most of what should be read is not. @param {Source[]} sources @returns {Reading} */
export function reading(sources) {
  const on = sources.filter((source) => !UNREAD.includes(source.state));
  const late = on.filter(isLate);
  const read = on.filter((source) => source.state === "ok" && !late.includes(source));
  const failing = on.filter((source) => ["failing", "partly"].includes(source.state));
  const pushed = sources.some((source) => source.state === "pushed");
  return { on, read, failing, late, blind: on.length ? read.length * 2 < on.length : !pushed };
}

/**
 * What could not be read inside the range, of one source or of all.
 * @param {import("./types.js").Series} series
 * @param {string} [source]
 * @returns {Hole[]}
 */
export function holes({ from, to, gaps }, source) {
  return gaps.filter((gap) => source === undefined || gap.source === source)
    .map((gap) => ({ from: Math.max(from, seconds(gap.started_at)), to: Math.min(to, gap.ended_at ? seconds(gap.ended_at) : to), reason: gap.reason }))
    .filter((hole) => hole.to > hole.from).sort((one, other) => one.from - other.from);
}

/** How long nothing could be read, stretches that overlap counted once. @param {Hole[]} missing */
export function missed(missing) {
  let [whole, until] = [0, 0];
  for (const { from, to } of missing) {
    whole += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return whole;
}
