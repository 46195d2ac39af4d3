// @ts-check
// What is painted under and over the rows of a chart: spikes, gaps, events, thresholds, what is still being counted.

import { alpha } from "./panel-colours.js";

/** @typedef {import("./plot.js").Scene} Scene */
/** @typedef {import("./plot.js").Chart} Chart */

/** Spikes lie behind, so that the numbers stay readable.
 * @param {Chart} u
 * @param {Scene} scene
 */
export function behind(u, { marks, colours }) {
  inside(u, (context, x) => {
    context.fillStyle = alpha(colours.of("alarm"), 0.14);
    for (const [from, to] of united(marks)) context.fillRect(x(from), u.bbox.top, Math.max(2, x(to) - x(from)), u.bbox.height);
  });
}

/** What was not read, when what happened, and which limits hold.
 * @param {Chart} u
 * @param {Scene} scene
 */
export function over(u, scene) {
  const { marks, model, spec, colours } = scene;
  const ratio = u.ctx.canvas.width / u.width;
  inside(u, (context, x) => {
    const { top, height: tall } = u.bbox;
    for (const gap of marks) {
      if (gap.kind !== "gap") continue;
      context.fillStyle = hatch(context, colours.of("quiet"), ratio);
      context.fillRect(x(gap.from), top, Math.max(3 * ratio, x(gap.to) - x(gap.from)), tall);
    }
    const counted = model.ends.at(-1) ?? model.to;
    context.fillStyle = alpha(colours.of("quiet"), 0.1);
    if (counted < model.to && model.to - counted <= 2 * model.step) context.fillRect(x(counted), top, x(model.to) - x(counted), tall);
    context.lineWidth = ratio;
    context.strokeStyle = colours.of("alarm");
    context.setLineDash([]);  // uPlot leaves that of its last row
    for (const [from] of united(marks)) stroke(context, x(from), top, x(from), top + tall);
    context.strokeStyle = colours.of("event");
    context.setLineDash([3 * ratio, 3 * ratio]);
    for (const { kind, from } of marks) if (kind === "event") stroke(context, x(from), top, x(from), top + tall);
    context.setLineDash([5 * ratio, 3 * ratio]);
    context.font = `${10 * ratio}px ${colours.font}`;
    context.textAlign = "left";  // uPlot leaves that of its axes
    context.textBaseline = "alphabetic";
    for (const { value, label } of spec.thresholds?.(model.step) ?? []) {
      const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
      if (y < top) continue;
      context.strokeStyle = context.fillStyle = colours.of("warn");
      stroke(context, u.bbox.left, y, u.bbox.left + u.bbox.width, y);
      context.fillText(label, u.bbox.left + 4 * ratio, y - 4 * ratio);
    }
  });
}

/** Paint only where rows are plotted.
 * @param {Chart} u
 * @param {(context: CanvasRenderingContext2D, x: (at: number) => number) => void} paint
 */
function inside(u, paint) {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  paint(u.ctx, (at) => Math.max(left, Math.min(left + width, u.valToPos(at, "x", true))));
  u.ctx.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function stroke(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, y1);
  context.lineTo(Math.round(x2) + 0.5, y2);
  context.stroke();
}

/** One event is a spike of several signals: what overlaps is painted once.
 * @param {import("./plot-marks.js").Mark[]} marks
 * @returns {[number, number][]}
 */
function united(marks) {
  /** @type {[number, number][]} */
  const stretches = [];
  for (const { from, to } of marks.filter((mark) => mark.kind === "spike").sort((one, other) => one.from - other.from)) {
    const last = stretches.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else stretches.push([from, to]);
  }
  return stretches;
}

/** @type {Map<string, CanvasPattern>} */
const hatches = new Map();

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {number} ratio
 */
function hatch(context, colour, ratio) {
  const name = `${colour} ${ratio}`;
  const size = Math.round(7 * ratio);
  const found = hatches.get(name);
  if (found) return found;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.strokeStyle = alpha(colour, 0.6);
  pen.lineWidth = 1.2 * ratio;
  pen.beginPath();
  for (const offset of [-size, 0, size]) {
    pen.moveTo(offset - 1, size + 1);
    pen.lineTo(offset + size + 1, -1);
  }
  pen.stroke();
  const made = /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
  hatches.set(name, made);
  return made;
}
