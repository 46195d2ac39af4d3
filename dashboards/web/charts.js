// @ts-check
// The panels of a page: one crosshair over all of them, and one of them in full view if the address says so.

import { breath } from "./elements.js";
import { Panel } from "./panel.js";
import { iso } from "./range.js";

/** @typedef {import("./plot-data.js").Spec} Spec */
/** @typedef {import("./shell.js").Shell} Shell */

const ABOUT_CANCELLING = ["stages", "share", "concerns", "expected-cancel"];
const MINUTE = 60;

export class Charts {
  /**
   * @param {Spec[]} specs each has a place in the page: data-chart
   * @param {() => Shell} shell
   */
  constructor(specs, shell) {
    this.shell = shell;
    /** @type {import("./types.js").Series|null} */
    this.given = null;
    /** @type {Map<string, {panel: Panel, host: HTMLElement}>} */
    this.panels = new Map();
    for (const spec of specs) this.add(spec);
    this.measure();
  }

  /** @param {Spec} spec */
  add(spec) {
    const host = /** @type {HTMLElement|null} */ (document.querySelector(`[data-chart="${spec.id}"]`));
    if (host) this.panels.set(spec.id, { host, panel: new Panel(host, spec, this.events(spec.id)) });
  }

  /** Give the panels their size, all at once: the browser lays the page out for that. */
  measure() {
    for (const { panel } of this.panels.values()) panel.measure();
    for (const { panel } of this.panels.values()) panel.legend.reserve(panel.plot.size.width);
  }

  /**
   * @param {string} id
   * @returns {import("./panel.js").Events}
   */
  events(id) {
    return {
      zoom: (from, to) => this.shell().go({ from: iso(from), to: iso(Math.ceil(to / MINUTE) * MINUTE), at: "" }),
      pick: (at) => this.pick(id, at),
      hover: (at) => this.panels.forEach(({ panel }, other) => { if (other !== id) panel.setHover(at); }),
      full: () => this.full(id),
    };
  }

  /**
   * @param {string} id
   * @param {number} at
   */
  pick(id, at) {
    const { at: before, cancel } = this.shell().state();
    const again = Number(before) === at;
    this.shell().go({ at: again ? "" : String(at), cancel: ABOUT_CANCELLING.includes(id) ? "1" : cancel, panel: "" });
    if (again) return;
    const posts = document.getElementById("posts");
    posts?.scrollIntoView({ block: "start" });
    posts?.focus({ preventScroll: true });
  }

  /** @param {string} id */
  full(id) {
    const { panel } = this.shell().state();
    this.shell().go({ panel: panel === id ? "" : id });
  }

  /** The panel that has the focus, in full view and back. */
  fullOfFocused() {
    const host = document.activeElement?.closest("[data-chart]");
    const { panel } = this.shell().state();
    if (host instanceof HTMLElement) this.full(host.dataset.chart ?? "");
    else if (panel) this.shell().go({ panel: "" });
  }

  /** @param {string} id of the panel in full view */
  arrange(id) {
    const one = this.panels.get(id);
    document.body.toggleAttribute("data-full", Boolean(one));
    for (const [name, { host }] of this.panels) host.classList.toggle("full", name === id);
  }

  /** One after the other, from the top, with a breath between them: whoever touches the page meanwhile does not wait for all.
   * @param {import("./types.js").Series} series
   * @param {import("./address.js").State} state
   * @param {string} title
   */
  async show(series, state, title) {
    this.arrange(state.panel);
    const context = { tz: /** @type {"browser"|"utc"} */ (state.tz), marks: series, title };
    this.given = series;
    for (const { panel } of this.panels.values()) {
      await breath();
      if (this.given !== series) return;  // newer ones are drawn by now
      await panel.show(series, context);
    }
  }
}
