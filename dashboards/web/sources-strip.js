// @ts-check
// The last 24 hours of a source in a strip: posts by the hour, and what could not be read.

import { el } from "./elements.js";
import { count, duration, period, share } from "./format.js";
import { holes, missed } from "./reading.js";
import { t } from "./words.js";

/** @typedef {import("./types.js").Series} Series */

/** @param {import("./reading.js").Hole} hole */
const words = ({ from, to, reason }) => `${period(from, to)}: ${reason}`;

/**
 * @param {HTMLElement} element
 * @param {Series} series
 * @param {number} from
 * @param {number} to
 */
function placed(element, series, from, to) {
  const whole = series.to - series.from;
  element.style.left = `${100 * Math.max(0, from - series.from) / whole}%`;
  element.style.width = `${100 * (Math.min(to, series.to) - Math.max(from, series.from)) / whole}%`;
  return element;
}

/**
 * @param {Series} series of the last 24 hours
 * @param {string} source
 */
export function strip(series, source) {
  const missing = holes(series, source);
  const column = series.sources?.[source] ?? [];
  const most = Math.max(...column, 1);
  const bars = column.flatMap((posts, i) => {
    if (!posts) return [];
    const bar = placed(el("span", { class: "hour" }), series, series.t[i], series.t[i] + series.step);
    bar.style.height = `${Math.max(8, 100 * posts / most)}%`;
    return [bar];
  });
  const marks = missing.map((hole) => placed(el("span", { class: "unread", title: words(hole) }), series, hole.from, hole.to));
  const posts = series.totals.by_source[source]?.posts ?? 0;
  const read = 1 - missed(missing) / (series.to - series.from);
  const told = missing.length ? t("strip_gaps", { n: missing.length, read: share(read), length: duration(missed(missing)) }) : t("strip_whole");
  return el("div", { class: "strip" },
    el("div", { class: "strip-bars", role: "img", "aria-label": `${t("strip_posts", { n: posts })} ${told}` }, ...bars, ...marks),
    el("p", { class: "strip-ends quiet", "aria-hidden": true }, el("span", {}, t("strip_from")), el("span", {}, t("strip_most", { most: count(Math.max(...column, 0)) })), el("span", {}, t("strip_now"))),
    ...(missing.length ? [el("details", {}, el("summary", {}, told), el("ul", { class: "holes" }, ...missing.map((hole) => el("li", {}, words(hole)))))] : []));
}
