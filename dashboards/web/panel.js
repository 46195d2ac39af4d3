// @ts-check
// One panel of a dashboard: a chart over time with legend, tooltip, marks, menu, its figures as a table and in a sentence.

import { colours, onTheme } from "./panel-colours.js";
import { breath } from "./elements.js";
import { duration } from "./format.js";
import { frame, put } from "./panel-frame.js";
import { Legend } from "./panel-legend.js";
import { menuButton } from "./panel-button.js";
import { clock } from "./panel-numbers.js";
import { summary } from "./panel-summary.js";
import { Tip } from "./panel-tip.js";
import { MOST_ROWS, model } from "./plot-data.js";
import { clusters, gather, showMarkers } from "./plot-marks.js";
import { listen } from "./plot-pointer.js";
import { indexAt } from "./plot-time.js";
import { Plot } from "./plot.js";
import { t as say } from "./words.js";

/** @typedef {import("./plot-data.js").Spec} Spec */
/** @typedef {import("./plot-data.js").Series} Series */
/** `title` is that of the watch; the range that is drawn is the series'.
 * @typedef {{tz: "browser"|"utc", marks: import("./plot-marks.js").Marks, title?: string}} Context */
/** @typedef {{zoom(from: number, to: number): void, pick(t: number): void, hover(t: number|null): void, full(id: string): void}} Events */

const ACTIONS = ["inspect", "csv", "png", "link"];
const PER = [60, 3600, 86400];  // "per minute" is not "per 1 minute"
const MINUTE = 60;  // seconds, and the shortest stretch to zoom into

export class Panel {
  /**
   * @param {HTMLElement} host an empty element
   * @param {Spec} spec
   * @param {Events} events
   */
  constructor(host, spec, events) {
    this.host = host;
    this.spec = spec;
    this.events = events;
    /** @type {{series: Series, context: Context}|null} */
    this.given = null;
    /** @type {import("./plot.js").Scene|null} */
    this.scene = null;
    /** @type {number|null} */
    this.index = null;
    this.own = false;  // whether it is this panel that is pointed at
    this.seen = false;
    this.late = false;  // whether the picture is not the last one
    this.stale = false;  // whether its colours are not the last ones
    this.legend = new Legend(spec, () => this.render(false));
    this.tip = new Tip();
    this.parts = frame(host, spec, this.menu(), this.legend.list, this.tip);
    this.parts.details.addEventListener("toggle", () => this.fillTable());
    this.plot = new Plot(this.parts.canvas);
    onTheme(() => this.render(true));
    new ResizeObserver(() => {
      if (!this.measure()) return;
      this.legend.reserve(this.plot.size.width);
      this.render(false);
    }).observe(this.parts.canvas);
    new IntersectionObserver((changes) => this.come(changes.at(-1)?.isIntersecting ?? false)).observe(host);
    addEventListener("beforeprint", () => this.come(true));
    listen(this.parts.over, this.hands());
  }

  /** What nobody sees is not painted before somebody comes to it; its figures and marks are there all the same.
   * @param {boolean} seen
   */
  come(seen) {
    this.seen = seen;
    if (seen && this.late) this.draw(false);
  }

  /** Ask for the size, and say whether it is another: the browser lays the page out for that, so all are asked before any changes. */
  measure() {
    const { clientWidth: width, clientHeight: height } = this.parts.canvas;
    const { size } = this.plot;
    this.plot.size = { width, height };
    return size.width !== width || size.height !== height;
  }

  menu() {
    const { id, title } = this.spec;
    const acts = { full: () => this.events.full(id), ...Object.fromEntries(ACTIONS.map((name) => [name, () => this.act(name)])) };
    return menuButton(say("chart.menu", { title }), acts);
  }

  /** @param {string} name of what the menu offers */
  async act(name) {
    const { given, scene, plot } = this;
    if (!given || !scene) return;
    const { actions } = await import("./later.js");
    actions[name]({ series: given.series, scene, plot, watch: given.context.title ?? given.series.watch, subtitle: this.unit(), tell: (text) => put(this.parts.spoken, text) });
  }

  /** Draw an answer of the API: its figures first, then its picture. What is isolated, pointed at or open stays so.
   * @param {Series} series
   * @param {Context} context
   */
  async show(series, context) {
    this.given = { series, context };
    this.read();
    await breath();
    this.draw(false);
  }

  /** @param {boolean} afresh the colours are others */
  render(afresh) {
    this.read();
    this.draw(afresh);
  }

  /** Make a scene of the answer, and say what it shows. */
  read() {
    if (!this.given || !this.plot.size.width) return;  // another panel may be in full view
    const { series, context } = this.given;
    const { spec, plot } = this;
    const drawn = model(spec, series, plot.width);
    this.legend.show(drawn);
    const rows = drawn.rows.filter((row) => this.legend.shows(row));
    this.scene = { spec, model: drawn, rows, marks: gather(context.marks, series.from, series.to), tz: context.tz, colours };
    put(this.parts.subtitle, this.unit());
    put(this.parts.summary, summary(this.scene));
    this.parts.nothing.hidden = drawn.rows.some((row) => row.values.some((value) => value !== null));
  }

  /** @param {boolean} afresh the colours are others */
  draw(afresh) {
    const { scene, plot, spec } = this;
    if (!scene || !plot.size.width) return;
    plot.scene = scene;  // where a moment lies is known before it is painted
    const anew = afresh || this.stale;
    this.late = !this.seen;
    this.stale = anew && this.late;
    if (this.seen) plot.draw(scene, anew);
    showMarkers(this.parts.markers, clusters(scene.marks, (at) => plot.x(at), plot.width), scene.model, { pick: this.events.pick, hover: (t) => this.hover(t) }, clock(spec).moment);
    this.fillTable();
    this.point(this.index === null || this.index >= scene.model.t.length ? null : this.index);
  }

  /** What a point on the axis of heights is. */
  unit() {
    const { spec, scene } = this;
    if (!scene || spec.unit === "share") return "";
    const length = spec.perMinute ? MINUTE : scene.model.step;
    const per = PER.includes(length) ? say(`chart.per_${length}`) : say("chart.per", { length: duration(length) });
    return [per, spec.note?.()].filter(Boolean).join(", ");
  }

  /** Show the same moment as another panel.
   * @param {number|null} t
   */
  setHover(t) {
    const points = this.scene?.model;
    const named = points && t !== null ? points.t.indexOf(t) : -1;
    this.point(named >= 0 ? named : points && t !== null ? indexAt(points, t) : null);
  }

  /** @param {number|null} t */
  hover(t) {
    this.own = true;
    this.setHover(t);
    this.events.hover(t);
    this.own = t !== null;
  }

  /** @param {number|null} index */
  point(index) {
    this.index = index;
    if (index === null || !this.scene) return this.tip.hide();
    this.tip.show(this.scene, index, this.own, (at) => this.plot.x(at), this.plot.width);
  }

  /** @param {number} index */
  async speak(index) {
    const { spoken } = await import("./later.js");
    if (this.scene) put(this.parts.spoken, spoken(this.scene, index));
  }

  /** What mouse, finger and keys do here.
   * @returns {import("./plot-pointer.js").Hands}
   */
  hands() {
    const { plot, events } = this;
    const points = () => this.scene?.model ?? { t: [], starts: [], ends: [] };
    const go = (/** @type {number|null} */ index) => {
      const t = index === null ? null : points().t[index] ?? null;
      if (t !== (this.index === null ? null : points().t[this.index])) this.hover(t);
    };
    const read = (/** @type {number} */ index) => {
      const there = Math.max(0, Math.min(points().t.length - 1, index));
      go(there);
      if (points().t.length) this.speak(there);
    };
    return {
      point: (x) => go(x === null ? null : indexAt(points(), plot.at(x))),
      at: () => (this.index === null ? null : plot.x((points().starts[this.index] + points().ends[this.index]) / 2)),
      pick: () => {
        if (this.index !== null) events.pick(points().t[this.index]);
      },
      select: (from, to) => this.select(from, to),
      zoom: (from, to) => {
        const [start, end] = [Math.floor(plot.at(from)), Math.ceil(plot.at(to))];
        events.zoom(start, Math.max(end, start + MINUTE));
      },
      zoomOut: () => {
        const { from, to } = this.given?.series ?? { from: 0, to: 0 };
        if (to > from) events.zoom(Math.floor(from - (to - from) / 2), Math.ceil(to + (to - from) / 2));
      },
      move: (by) => read((this.index ?? points().t.length) + by),
      end: (last) => read(last ? Infinity : 0),
      leave: () => {
        if (this.own) go(null);  // what another panel points at is not ours to take away
      },
    };
  }

  /** Show which stretch is being drawn over; an empty one hides it.
   * @param {number} from
   * @param {number} to
   */
  select(from, to) {
    const { select } = this.parts;
    select.hidden = to <= from;
    const left = Math.max(0, from);
    select.style.left = `${left}px`;
    select.style.width = `${Math.min(this.plot.width, to) - left}px`;
  }

  /** Only while it is open: nobody reads a closed one. */
  async fillTable() {
    const { details, scroll } = this.parts;
    if (!details.open) return;
    const { table } = await import("./later.js");
    if (this.given) scroll.replaceChildren(table(this.spec, model(this.spec, this.given.series, MOST_ROWS)));
  }
}
