// @ts-check
// A panel as a picture to send: title, range and watch, the chart with its marks, the legend, and whether it is real.

import { DASHES, EXPECTED_DASH } from "./panel-colours.js";
import { clock, written } from "./panel-numbers.js";
import { EDGE, figures } from "./plot-data.js";
import { clusters } from "./plot-marks.js";
import { t } from "./words.js";

/** @typedef {import("./plot.js").Scene} Scene */

const PAD = 16;
const LINE = 20;
const COLUMN = 300;

/** In the colours and at the size of the page.
 * @param {Scene} scene
 * @param {import("./plot.js").Plot} plot
 * @param {{watch: string, simulated: boolean, subtitle: string}} about
 * @returns {HTMLCanvasElement}
 */
export function picture(scene, plot, about) {
  const { spec, rows, colours } = scene;
  const source = plot.canvas;
  const wide = plot.place.clientWidth;
  const tall = plot.place.clientHeight;
  const ratio = source ? source.width / wide : 1;
  const columns = Math.max(1, Math.floor(wide / COLUMN));
  const head = PAD + 22 + LINE + (about.simulated ? LINE : 0);
  const canvas = document.createElement("canvas");
  canvas.width = (wide + 2 * PAD) * ratio;
  canvas.height = (head + tall + Math.ceil(rows.length / columns) * LINE + PAD + 8) * ratio;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(ratio, ratio);
  pen.fillStyle = colours.of("panel");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const text = (/** @type {string} */ words, /** @type {number} */ y, /** @type {string} */ font, /** @type {string} */ tone) => {
    pen.font = `${font} ${colours.font}`;
    pen.fillStyle = colours.of(tone);
    pen.fillText(words, PAD, y, wide);
  };
  text(about.subtitle ? `${spec.title} · ${about.subtitle}` : spec.title, PAD + 14, "600 15px", "text");
  text(`${about.watch} · ${clock(spec).range(scene.model)}`, PAD + 14 + LINE, "12px", "quiet");
  if (about.simulated) text(t("chart.simulated"), PAD + 14 + 2 * LINE, "600 12px", "warn");
  if (source) pen.drawImage(source, PAD, head, wide, tall);
  markers(pen, scene, plot, head);
  rows.forEach((row, i) => legend(pen, scene, row, PAD + (i % columns) * (wide / columns), head + tall + 18 + Math.floor(i / columns) * LINE));
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scene} scene
 * @param {import("./plot.js").Plot} plot
 * @param {number} top
 */
function markers(pen, { marks, colours }, plot, top) {
  for (const { x, marks: found } of clusters(marks, (at) => plot.x(at), plot.width)) {
    const left = PAD + EDGE.left + x;
    const spike = found.some((mark) => mark.kind === "spike");
    pen.fillStyle = colours.of(spike ? "alarm" : "event");
    pen.beginPath();
    pen.moveTo(left, top + EDGE.top - 2);
    pen.lineTo(left - 6, top + EDGE.top - 12);
    pen.lineTo(left + 6, top + EDGE.top - 12);
    pen.fill();
    if (found.length < 2) continue;
    pen.font = `600 10px ${colours.font}`;
    pen.fillText(String(found.length), left + 8, top + EDGE.top - 4);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scene} scene
 * @param {import("./plot-data.js").Row} row
 * @param {number} x
 * @param {number} y
 */
function legend(pen, { spec, model, colours }, row, x, y) {
  const value = written(spec);
  const { mean, max, last } = figures(row.values, row.weights ?? model.weights);
  pen.fillStyle = pen.strokeStyle = colours.of(row.tone);
  if (spec.kind === "stacked" && !row.expected) pen.fillRect(x + 1, y - 9, 10, 10);
  else line(pen, x, y - 4, row.expected ? EXPECTED_DASH : DASHES[row.order % DASHES.length]);
  pen.font = `12px ${colours.font}`;
  pen.fillStyle = colours.of("text");
  const numbers = [["mean", mean], ["max", max], ["last", last]].map(([name, number]) => `${t(`chart.${name}`)} ${value(/** @type {number|null} */ (number))}`);
  pen.fillText(`${row.label}   ${numbers.join("  ")}`, x + 18, y, COLUMN - 26);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number[]} dash
 */
function line(pen, x, y, dash) {
  pen.save();
  pen.lineWidth = 2;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x - 2, y);
  pen.lineTo(x + 14, y);
  pen.stroke();
  pen.restore();
}
