// @ts-check
// The panels of the overview: which numbers of the API each draws, and how.

import { moment, share as percent } from "./format.js";
import { CANCEL_STAGES } from "./stages.js";
import { wilson } from "./wilson.js";
import { named, t } from "./words.js";

/** @typedef {import("./plot-data.js").Spec} Spec */
/** @typedef {import("./plot-data.js").Series} Series */
/** @typedef {import("./plot-data.js").Numbers} Numbers */

const TONES = 8;
const HOUR = 3600;

/** As the API rounds shares. @param {number|undefined} share */
const rounded = (share) => (share === undefined ? null : Math.round(share * 1e4) / 1e4);

/** In the order of the page.
 * @param {(name: string) => string} concern the words for a concern of the watch
 * @param {() => string[]} stages that are chosen; none is all of those who cancel
 * @param {() => import("./types.js").Threshold[]} rules of the watch, which hold for an hour
 * @returns {Spec[]}
 */
export function overview(concern, stages, rules) {
  const column = (/** @type {string} */ key, /** @type {string} */ tone, /** @type {(series: Series) => Numbers|undefined} */ of) =>
    ({ key, label: t(`chart.column_${key}`), tone, of: (/** @type {Series} */ series) => of(series) ?? [] });
  const spec = (/** @type {string} */ id, /** @type {Omit<Spec, "id"|"title">} */ rest) => ({ id, title: t(`chart.title_${id}`), ...rest });
  const each = (/** @type {(series: Series) => Record<string, number[]>|undefined} */ of, /** @type {(name: string) => string} */ label) => (/** @type {Series} */ series) =>
    Object.entries(of(series) ?? {}).map(([key, numbers], i) => ({ key: key || "rest", label: key ? label(key) : t("chart.rest"), tone: key ? `tone-${(i % TONES) + 1}` : "neutral", of: () => numbers }));
  const expected = (/** @type {string} */ signal) => {
    const of = (/** @type {"expected"|"low"|"high"} */ name) => (/** @type {Series} */ series) => series.expected?.[signal]?.[name] ?? [];
    return { label: t("chart.expected"), since: (/** @type {number} */ at) => t("chart.expected_since", { at: moment(at) }), band: t("chart.band"), of: of("expected"), low: of("low"), high: of("high") };
  };
  const share = (/** @type {"share"|"low"|"high"} */ name) => (/** @type {Series} */ series) => series.cancel.map((n, i) => rounded(wilson(n, series.voices?.[i] ?? 0)?.[name]));
  const stage = (/** @type {string} */ name, /** @type {number} */ i) => ({
    key: name, label: named("stage", name), tone: CANCEL_STAGES.includes(name) ? `stage-${CANCEL_STAGES.indexOf(name) + 1}` : `tone-${(i % TONES) + 1}`,
    of: (/** @type {Series} */ s) => (s.stages ? s.stages[name] ?? s.t.map(() => 0) : []),
  });
  // Where every point reaches the line, the hour has more than the rule allows.
  const limits = (/** @type {string} */ signal) => (/** @type {number} */ step) => rules().flatMap(({ name, signal: of, more_than: n }) =>
    (of === signal && n !== null ? [{ value: (n * step) / HOUR, label: t("chart.limit", { name, n }) }] : []));
  const shares = () => rules().flatMap(({ name, signal, share_above: above }) =>
    (signal === "cancel" && above !== null ? [{ value: above, label: t("chart.limit_share", { name, share: percent(above) }) }] : []));
  return [
    spec("sentiment", { kind: "stacked", perMinute: true, unit: "count", columns: [column("negative", "negative", (s) => s.negative), column("neutral", "neutral", (s) => s.neutral), column("positive", "positive", (s) => s.positive)] }),
    spec("stages", { kind: "stacked", stepped: true, perMinute: false, unit: "count", rows: CANCEL_STAGES.length, columns: () => (stages().length ? stages() : CANCEL_STAGES).map(stage) }),
    spec("share", { kind: "lines", perMinute: false, unit: "share", columns: [column("share", "cancel", share("share"))], band: { low: share("low"), high: share("high"), label: t("chart.interval") }, weight: (s) => s.voices ?? [], thresholds: shares }),
    spec("concerns", { kind: "lines", perMinute: false, unit: "count", overlapping: true, rows: 8, columns: each((s) => s.concerns, concern) }),
    spec("expected-posts", { kind: "lines", perMinute: false, unit: "count", columns: [column("posts", "tone-1", (s) => s.posts)], expected: expected("posts"), thresholds: limits("posts") }),
    spec("expected-cancel", { kind: "lines", perMinute: false, unit: "count", columns: [column("cancel", "cancel", (s) => s.cancel)], expected: expected("cancel"), thresholds: limits("cancel") }),
    spec("stance", { kind: "lines", perMinute: false, unit: "count", columns: [column("against", "negative", (s) => s.stances?.against), column("for", "positive", (s) => s.stances?.for)] }),
    spec("echo", { kind: "stacked", perMinute: true, unit: "count", columns: [column("voices", "tone-1", (s) => s.voices), column("echoes", "tone-8", (s) => s.voices && s.posts.map((posts, i) => posts - (s.voices?.[i] ?? 0)))] }),
    spec("sources", { kind: "stacked", perMinute: true, unit: "count", rows: 8, columns: each((s) => s.sources, (name) => name) }),
    spec("langs", { kind: "stacked", perMinute: true, unit: "count", rows: 4, columns: each((s) => s.langs, (name) => named("lang", name)) }),
  ];
}
