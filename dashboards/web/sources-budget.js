// @ts-check
// What was bought from paid platforms, what is left, and where the month is heading.

import { el } from "./elements.js";
import { count, moment, seconds, share } from "./format.js";
import { lang, t } from "./words.js";

/** @typedef {import("./types.js").Budget} Budget */
/** @typedef {import("./types.js").Spent} Spent */

const money = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SOON = 0.8;
const WIDEST = 1.5;  // of the cap: beyond, the words tell how far

/**
 * A bar of what is used of a cap, with a mark where it is heading.
 * @param {string} title
 * @param {Spent} spent
 * @param {number|null} forecast
 */
function bar(title, spent, forecast) {
  const used = spent.posts + spent.reserved;
  const whole = Math.max(spent.cap, used, Math.min(forecast ?? 0, WIDEST * spent.cap), 1);
  const part = spent.cap ? used / spent.cap : 1;
  const words = t("budget_used", { used: count(used), cap: count(spent.cap), share: share(part) });
  const place = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) => {
    const element = el("span", { class: name });
    Object.assign(element.style, { left: `${100 * from / whole}%`, width: `${100 * (to - from) / whole}%` });
    return element;
  };
  const marks = [place("bought", 0, spent.posts), place("reserved", spent.posts, used), place("cap", spent.cap, spent.cap)];
  if (forecast !== null && forecast > used) marks.push(place("heading", used, forecast));
  return el("div", { class: "spent", "data-level": part >= 1 ? "bad" : part >= SOON ? "warn" : "good" },
    el("p", {}, el("strong", {}, title), el("span", { class: "quiet" }, words)),
    el("div", { class: "spent-bar", role: "img", "aria-label": `${title}: ${words}` }, ...marks),
    el("p", { class: "quiet" }, [t("budget_left", { n: Math.max(0, spent.left) }), ...(spent.reserved ? [t("budget_reserved", { n: spent.reserved })] : []), t("budget_cost", { amount: money.format(spent.micros / 1e6), n: spent.requests })].join(" · ")));
}

/** @param {Budget} account */
function forecast({ forecast_posts: heading, month }) {
  const over = heading > month.cap;
  const words = t(over ? "forecast_over" : "forecast", { posts: count(heading), share: month.cap ? share(heading / month.cap) : "–" });
  return el("p", { class: over ? "warned" : "" }, words);
}

/** @param {Budget} account */
export function account(account) {
  const { level, until } = account;
  const stopped = until ? ` ${t("budget_until", { at: moment(seconds(until)) })}` : "";
  return el("article", { class: "account", "data-account": account.account },
    el("h3", {}, account.account.toUpperCase(), " ", el("span", { class: `status ${{ fine: "good", warning: "warn", spent: "bad" }[level] ?? "waiting"}` }, t(`budget_level.${level}`))),
    ...(stopped ? [el("p", { class: "error" }, stopped)] : []),
    bar(t("budget_month"), account.month, account.forecast_posts), forecast(account), bar(t("budget_day"), account.day, null));
}
