// @ts-check
// The places of a panel, empty: heading, chart, markers, legend, figures.

import { el } from "./elements.js";
import { t } from "./words.js";

/**
 * @param {HTMLElement} host
 * @param {import("./plot-data.js").Spec} spec
 * @param {HTMLElement} menu
 * @param {HTMLElement} legend
 * @param {import("./panel-tip.js").Tip} tip
 */
export function frame(host, { id, title }, menu, legend, tip) {
  const subtitle = el("span", { class: "panel-unit" });
  const summary = el("p", { class: "sr", id: `${id}-summary` });
  const spoken = el("p", { class: "sr", role: "status" });
  const canvas = el("div", { class: "plot-canvas", "aria-hidden": true });
  const select = el("div", { class: "plot-select", hidden: true });
  const over = el("div", { class: "plot-over", role: "application", tabindex: 0, "aria-label": t("chart.plot_label", { title }), "aria-describedby": summary.id }, tip.cross, select);
  const markers = el("div", { class: "plot-markers" });
  const nothing = el("p", { class: "plot-nothing", hidden: true }, t("chart.no_data"));
  const scroll = el("div", { class: "panel-scroll", tabindex: 0, role: "region", "aria-label": t("chart.figures_of", { title }) });
  const details = el("details", { class: "panel-figures" }, el("summary", {}, t("chart.figures")), scroll);
  host.classList.add("panel", "plotted");
  host.setAttribute("aria-labelledby", `${id}-title`);
  host.replaceChildren(
    el("div", { class: "panel-head" }, el("h2", { id: `${id}-title` }, title), subtitle, menu),
    summary,
    el("div", { class: "panel-plot" }, canvas, over, markers, nothing, tip.box),
    legend, details, spoken,
  );
  return { subtitle, summary, spoken, canvas, select, over, markers, nothing, scroll, details };
}

/** Change a text only if it is another: a screen reader would say it again.
 * @param {Element} place
 * @param {string} text
 */
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
