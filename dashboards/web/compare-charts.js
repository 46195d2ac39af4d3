// @ts-check
// The charts of two deals over each other, by the time since each was announced.

import { seconds } from "./format.js";
import { SINCE } from "./offsets.js";
import { t } from "./words.js";

/** @typedef {import("./plot-data.js").Spec} Spec */
/** @typedef {import("./plot-data.js").Series} Drawn */
/** @typedef {import("./compared.js").Aligned} Aligned */
/** @typedef {import("./compared.js").Side} Side */
/** @typedef {import("./types.js").Series} Series */

const NAMES = ["A", "B"];
const TONES = ["tone-1", "tone-2"];

/**
 * @param {() => Aligned[]} shown what is drawn, of both
 * @param {() => string} note what one of them is
 * @returns {Spec[]}
 */
export function specs(shown, note) {
  const of = (/** @type {number} */ i, /** @type {"posts"|"cancel"|"share"|"low"|"high"|"voices"} */ name) => () => shown()[i]?.[name] ?? [];
  const columns = (/** @type {"posts"|"cancel"|"share"} */ name) => NAMES.map((label, i) => ({ key: label.toLowerCase(), label, tone: TONES[i], of: of(i, name) }));
  const shares = columns("share").map((column, i) => ({ ...column, weight: of(i, "voices"), band: { low: of(i, "low"), high: of(i, "high"), label: t("chart.interval") } }));
  const same = /** @type {const} */ ({ kind: "lines", perMinute: false, clock: SINCE, overlapping: true, note });
  return [
    { ...same, id: "compare-cancel", title: t("chart_cancel"), unit: "count", columns: columns("cancel") },
    { ...same, id: "compare-share", title: t("chart_share"), unit: "share", columns: shares },
    { ...same, id: "compare-posts", title: t("chart_posts"), unit: "count", columns: columns("posts") },
  ];
}

/** What panels draw: points named by the seconds since the event.
 * @param {Series[]} answers
 * @param {Aligned[]} both
 * @param {import("./compared.js").Span} span
 * @returns {Drawn}
 */
export function drawn([one, other], both, { before, after }) {
  const nothing = both[0].t.map(() => 0);
  return {
    watch: one.watch === other.watch ? one.watch : `${one.watch}-${other.watch}`, simulated: one.simulated || other.simulated,
    from: -before, to: after, step: one.step, unfinished: null, t: both[0].t,
    posts: nothing, negative: nothing, neutral: nothing, positive: nothing, cancel: nothing,
  };
}

/** Spikes, events and gaps of both, counted from theirs.
 * @param {Series[]} answers
 * @param {Side[]} both
 * @returns {import("./plot-marks.js").Marks}
 */
export function marks(answers, both) {
  const moved = (/** @type {string|null} */ iso, /** @type {number} */ i) => (iso === null ? null : new Date((seconds(iso) - both[i].zero) * 1000).toISOString());
  return {
    spikes: answers.flatMap((series, i) => series.spikes.map((spike) => ({ ...spike, side: `${NAMES[i]}: `, started_at: moved(spike.started_at, i) ?? "", resolved_at: moved(spike.resolved_at, i) }))),
    timeline: answers.flatMap((series, i) => series.timeline.map(({ at, text }) => ({ at: moved(at, i) ?? "", text: `${NAMES[i]}: ${text}` }))),
    gaps: answers.flatMap((series, i) => series.gaps.map((gap) => ({ ...gap, source: `${NAMES[i]}: ${gap.source}`, started_at: moved(gap.started_at, i) ?? "", ended_at: moved(gap.ended_at, i) }))),
  };
}
