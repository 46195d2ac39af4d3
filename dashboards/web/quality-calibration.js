// @ts-check
// Whether scores mean what they say: how many were right of those of which the machine was so sure. The diagonal is ideal.

import { el, svg } from "./elements.js";
import { count, share } from "./format.js";
import { t } from "./words.js";

/** @typedef {import("./quality-figures.js").Calibration} Calibration */
/** @typedef {{key: string, label: string, calibration: Calibration}} Row */

const SIZE = { width: 520, height: 270, left: 44, right: 24, top: 10, bottom: 40 };
const [NARROW, WIDE] = [260, 720];
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const x = (/** @type {number} */ value) => SIZE.left + value * (SIZE.width - SIZE.left - SIZE.right);
const y = (/** @type {number} */ value) => SIZE.height - SIZE.bottom - value * (SIZE.height - SIZE.top - SIZE.bottom);

/** @param {HTMLElement} host @param {Row[]} given people's judgements, and those of the evaluation */
export function showCalibration(host, given) {
  const rows = given.filter(({ calibration }) => calibration.bins.length);
  const open = host.querySelector("details")?.open ?? false;
  SIZE.width = Math.max(NARROW, Math.min(WIDE, host.clientWidth || SIZE.width));  // letters keep their size
  if (!rows.length) return host.replaceChildren(chart(rows), el("p", { class: "quiet" }, t("calibration_none")));
  host.replaceChildren(chart(rows), legend(rows), el("p", { class: "sr" }, rows.map(sentence).join(" ")), figures(rows, open));
}

/** @param {Row} row */
function sentence({ label, calibration }) {
  const values = { label, n: calibration.bins.reduce((sum, { n }) => sum + n, 0), error: calibration.error === null ? "–" : share(calibration.error) };
  return t("calibration_sentence", values);
}

/** @param {Row[]} rows */
function legend(rows) {
  return el("ul", { class: "calibration-legend" }, ...rows.map((row) => el("li", {}, el("span", { class: `swatch ${row.key}` }), sentence(row))));
}

/** @param {Row[]} rows */
function chart(rows) {
  const text = (/** @type {number} */ left, /** @type {number} */ top, /** @type {string} */ words, anchor = "middle") => svg("text", { x: left, y: top, "text-anchor": anchor }, words);
  const grid = TICKS.flatMap((value) => [
    svg("path", { class: "grid", d: `M${x(0)} ${y(value)}H${x(1)}` }),
    text(x(0) - 6, y(value) + 4, share(value), "end"), text(x(value), y(0) + 16, share(value)),
  ]);
  const points = rows.flatMap(({ key, calibration }, i) => calibration.bins.flatMap(({ mean, right, n }) => {
    if (right.value === null) return [];
    const at = x(mean) + (i ? 3 : rows.length > 1 ? -3 : 0);
    const parts = right.low !== null && right.high !== null ? [svg("path", { class: `whisker ${key}`, d: `M${at} ${y(right.low)}V${y(right.high)}M${at - 4} ${y(right.low)}h8M${at - 4} ${y(right.high)}h8` })] : [];
    return [...parts, svg("circle", { class: key, cx: at, cy: y(right.value), r: Math.min(9, 3 + Math.sqrt(n) / 2) })];
  }));
  const picture = svg("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, class: "calibration", "aria-hidden": true }, ...grid,
    svg("path", { class: "ideal", d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}` }), ...points,
    text((x(0) + x(1)) / 2, SIZE.height - 4, t("calibration_x")));
  return picture;
}

/** @param {Row[]} rows @param {boolean} open */
function figures(rows, open) {
  const head = el("tr", {}, ...[t("calibration_score"), t("calibration_posts"), t("calibration_x"), t("calibration_y")].map((name) => el("th", { scope: "col" }, name)));
  const body = rows.flatMap(({ label, calibration }) => calibration.bins.map(({ low, high, n, mean, right }) => el("tr", {},
    el("th", { scope: "row" }, rows.length > 1 ? `${label}: ` : "", `${share(low)} – ${share(high)}`), el("td", {}, count(n)), el("td", {}, share(mean)),
    el("td", {}, right.value === null ? "–" : share(right.value), " ", el("span", { class: "quiet" }, right.low === null || right.high === null ? "" : t("from_to", { low: share(right.low), high: share(right.high) }))))));
  return el("details", { class: "panel-figures", open }, el("summary", {}, t("calibration_table")), el("table", { class: "plain" }, el("thead", {}, head), el("tbody", {}, ...body)));
}
