// @ts-check
// What the menu of a panel does: the figures in a dialog, as CSV, the chart as a picture, the address of the panel.

import { el } from "./elements.js";
import { dialog, download } from "./panel-dialog.js";
import { clock } from "./panel-numbers.js";
import { picture } from "./panel-picture.js";
import { MOST_ROWS, model } from "./plot-data.js";
import { csv, table } from "./table.js";
import { t } from "./words.js";

/** @typedef {{series: import("./plot-data.js").Series, scene: import("./plot.js").Scene, plot: import("./plot.js").Plot,
 *   watch: string, subtitle: string, tell: (text: string) => void}} Shown */

/** @type {Record<string, (shown: Shown) => void>} */
export const actions = { inspect, csv: saveCsv, png: savePicture, link: copyLink };

/** @param {Shown} shown */
function inspect(shown) {
  const { spec } = shown.scene;
  const save = el("button", { type: "button" }, t("chart.menu_csv"));
  save.addEventListener("click", () => saveCsv(shown));
  const region = el("div", { class: "panel-scroll", tabindex: 0, role: "region", "aria-label": t("chart.figures_of", { title: spec.title }) });
  region.append(table(spec, model(spec, shown.series, MOST_ROWS)));
  dialog(spec.title, t("chart.close"), el("p", {}, `${shown.watch} · ${clock(spec).range(shown.series)}`), region, el("p", {}, save));
}

/** @param {Shown} shown */
function saveCsv(shown) {
  const text = csv(shown.scene.spec, model(shown.scene.spec, shown.series, Infinity));
  download(`${name(shown)}.csv`, new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
}

/** @param {Shown} shown */
function savePicture(shown) {
  const canvas = picture(shown.scene, shown.plot, { watch: shown.watch, simulated: shown.series.simulated, subtitle: shown.subtitle });
  canvas.toBlob((blob) => blob && download(`${name(shown)}.png`, blob), "image/png");
}

/** Where the clipboard is shut (a page without TLS), the address stands in a dialog to be copied.
 * @param {Shown} shown
 */
async function copyLink({ scene, tell }) {
  const { id, title } = scene.spec;
  const address = new URL(location.href);
  address.searchParams.set("panel", id);
  try {
    await navigator.clipboard.writeText(address.href);
    tell(t("chart.link_copied"));
  } catch {
    const field = el("input", { type: "text", readonly: true, value: address.href, "aria-label": t("chart.menu_link") });
    dialog(title, t("chart.close"), field);
    field.select();
  }
}

/** @param {Shown} shown */
function name({ series, scene }) {
  const day = new Date(series.from * 1000).toISOString().slice(0, 16).replace(/[:T]/g, "-");
  return `uproar-${series.watch}-${scene.spec.id}-${day}`.replace(/[^\w-]+/g, "-");
}
