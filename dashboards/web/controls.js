// @ts-check
// The controls at the top: watch, variables, time range, refresh, theme, language, kiosk. A page may leave some out.

import { remember } from "./address.js";
import { Choices } from "./choices.js";
import { el, find, say } from "./elements.js";
import * as range from "./range.js";
import { STAGES } from "./stages.js";
import { named, t } from "./words.js";

/** @typedef {import("./address.js").State} State */
/** @typedef {import("./types.js").Watch} Watch */
/** @typedef {{state: () => State, go: (change: Partial<State>) => void, again: () => void, range: () => range.Range|null}} Shell */

/** @param {string} id @returns {any} */
const place = (id) => document.getElementById(id);

/** @param {string} id @param {(value: string) => void} act */
function onSelect(id, act) {
  place(id)?.addEventListener("change", (/** @type {Event} */ event) => act(/** @type {HTMLSelectElement} */ (event.target).value));
}

export class Controls {
  /** @param {Shell} shell */
  constructor(shell) {
    this.shell = shell;
    const { go } = shell;
    /** @type {Map<string, Choices>} */
    this.variables = new Map();
    for (const name of /** @type {const} */ (["also", "source", "lang", "stage"])) {
      if (document.querySelector(`[data-variable=${name}]`)) this.variables.set(name, new Choices(name, (values) => go({ [name]: values }), name === "also" ? t("no_other") : undefined));
    }
    onSelect("watch", (watch) => go({ watch, also: [], at: "", source: [], lang: [], concern: [] }));
    onSelect("refresh", (refresh) => go({ refresh }));
    onSelect("theme", (theme) => { remember("theme", theme); go({ theme }); });
    onSelect("language", (ui) => { remember("ui", ui); go({ ui }); location.reload(); });
    place("again")?.addEventListener("click", shell.again);
    place("kiosk")?.addEventListener("click", () => go({ kiosk: "1" }));
    place("leave-kiosk")?.addEventListener("click", () => go({ kiosk: "" }));
    if (place("range")) this.wireRange();
  }

  wireRange() {
    find("range-button").addEventListener("click", async () => (await import("./later.js")).openRangePicker(this.shell), { once: true });
    find("earlier").addEventListener("click", () => this.move(-1));
    find("later").addEventListener("click", () => this.move(1));
    find("zoom-out").addEventListener("click", () => this.move(0));
  }

  /** @param {-1|0|1} way earlier, wider, later */
  async move(way) {
    const { shifted, wider } = await import("./later.js");
    const shown = this.shell.range();
    if (shown) this.shell.go({ ...(way ? shifted(shown, way) : wider(shown)), at: "" });
  }

  /**
   * @param {Watch[]} watches
   * @param {Watch|undefined} chosen
   */
  show(watches, chosen) {
    const state = this.shell.state();
    const { dataset } = document.documentElement;
    dataset.theme = state.theme;
    if (state.kiosk) dataset.kiosk = "";
    else delete dataset.kiosk;
    for (const name of /** @type {const} */ (["refresh", "theme"])) if (place(name)) place(name).value = state[name];
    if (place("range")) this.showRange();
    if (place("watch")) this.showWatches(watches, chosen);
    this.showVariables(watches, chosen);
  }

  async showRange() {
    const label = () => range.label(this.shell.state(), this.shell.range());
    const [known, from] = [label(), this.shell.state().from];
    say("range-text", known);
    if (!known.startsWith(from)) return;
    await import("./later.js");  // it brings the words of all quick ranges; the page has those of the one it came with
    say("range-text", label());
  }

  /**
   * @param {Watch[]} watches
   * @param {Watch|undefined} chosen
   */
  showWatches(watches, chosen) {
    const select = place("watch");
    const names = watches.map((one) => `${one.name} ${one.enabled} ${one.title}`).join("\n");
    if (select.dataset.names !== names) {
      const shown = watches.filter((one) => one.enabled || one.extent || one === chosen);
      select.replaceChildren(...shown.map((one) => el("option", { value: one.name }, one.enabled ? one.title : t("watch_off", { title: one.title }))));
      select.dataset.names = names;
    }
    if (chosen) select.value = chosen.name;
  }

  /**
   * @param {Watch[]} watches
   * @param {Watch|undefined} watch
   */
  showVariables(watches, watch) {
    const state = this.shell.state();
    const all = [watch, ...watches.filter((one) => state.also.includes(one.name))];
    const others = watches.filter((one) => one !== watch && (one.enabled || one.extent));
    const of = (/** @type {"sources"|"langs"} */ name) => [...new Set(all.flatMap((one) => one?.[name] ?? []))].sort();
    const known = { also: others.map((one) => one.name), source: of("sources"), lang: of("langs"), stage: STAGES };
    for (const [name, choices] of this.variables) {
      const titles = Object.fromEntries(others.map((one) => [one.name, one.title]));
      const options = known[/** @type {keyof typeof known} */ (name)].map((value) => ({ value, label: name === "also" ? titles[value] : named(name, value) }));
      choices.show(options, /** @type {any} */ (state)[name]);
      choices.button.hidden = name === "also" && !options.length && !state.also.length;
    }
  }
}
