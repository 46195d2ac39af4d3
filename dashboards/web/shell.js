// @ts-check
// What every page does: reads the address, asks the API, fills its places, and does it again when something changed.

import * as address from "./address.js";
import { ask } from "./api.js";
import { Controls } from "./controls.js";
import { find, say } from "./elements.js";
import { moment, since, useZone } from "./format.js";
import { shortcuts } from "./keys.js";
import { listen } from "./live.js";
import { resolved } from "./range.js";
import { t } from "./words.js";

/** @typedef {address.State} State */
/** @typedef {import("./types.js").Watch} Watch */
/** @typedef {import("./range.js").Range} Range */
/** @typedef {{ask: (path: string, query?: import("./api.js").Query) => Promise<any>, state: State, watch: Watch|undefined,
 *   watches: Watch[], parts: Set<string>|null}} Query what a page loads with; `parts` changed since, null: load everything */
/** @typedef {{state: State, watch: Watch|undefined, watches: Watch[], range: Range|null}} Context */
/** @typedef {{go: (change: Partial<State>) => void, again: () => void, state: () => State, range: () => Range|null,
 *   trouble: (text: string) => void}} Shell */

const PAUSE = 1_000;  // at least so long from one load to the next
const AT_LEAST_EVERY = 60_000;
const WATCHES_EVERY = 60_000;
const EVERY = /** @type {Record<string, number>} */ ({ "5s": 5_000, "10s": 10_000, "30s": 30_000, "1m": 60_000, "5m": 300_000, live: AT_LEAST_EVERY });

/**
 * @template Data
 * @param {{load: (query: Query) => Promise<Data>, show: (data: Data, context: Context) => void|Promise<void>,
 *   keys?: import("./keys.js").Actions, leave?: () => boolean, alone?: boolean}} page `leave`: what Escape closes first, and whether
 *   there was something; `alone`: it is about no watch, and needs none
 * @returns {Shell}
 */
export function start(page) {
  let state = address.read();
  /** @type {Watch[]} */
  let watches = [];
  let watchesAt = 0;
  /** @type {AbortController|null} */
  let loading = null;
  let shownAt = 0;
  /** @type {Set<string>|null} what changed since the last load; null: everything */
  let parts = new Set();
  let planned = false;
  /** @type {Promise<void>} is over when a next load may begin */
  let rest = Promise.resolve();
  /** @type {number|undefined} */
  let timer;
  /** @type {(() => void)|null} */
  let deaf = null;

  const watch = () => watches.find((one) => one.name === state.watch)
    ?? (state.watch ? undefined : watches.find((one) => one.enabled && one.extent) ?? watches.find((one) => one.enabled) ?? watches[0]);

  const range = () => {
    const now = Math.floor(Date.now() / 1000);
    const extent = watch()?.extent;
    return resolved(state, { now, first: extent?.first ?? now - 60, latest: extent ? extent.last + 60 : now });
  };

  /** @param {string} text */
  const trouble = (text) => {
    find("problem").hidden = !text;
    const old = shownAt && Date.now() - shownAt > 5_000 ? ` ${t("old_figures", { at: moment(shownAt / 1000), ago: since(shownAt / 1000) })}` : "";
    say("problem", text && text + old);
  };

  /** @param {Data} data */
  const put = async (data) => {
    try {
      await page.show(data, { state, watch: watch(), watches, range: range() });
    } catch (error) {
      console.error(error);  // no refusal and no failure of the network: the page is wrong
      throw error;
    }
  };

  const load = async () => {
    loading?.abort();
    const mine = new AbortController();
    const changed = parts;
    loading = mine;
    parts = new Set();
    const begun = Date.now();
    rest = new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    const asks = (/** @type {string} */ path, /** @type {import("./api.js").Query} */ query = {}) => ask(path, query, mine.signal);
    try {
      if (!page.alone && (!watches.length || changed === null || begun - watchesAt > WATCHES_EVERY)) {
        watches = await asks("watches");
        watchesAt = begun;
      }
      controls.show(watches, watch());
      const data = await page.load({ ask: asks, state, watch: watch(), watches, parts: shownAt ? changed : null });
      if (mine.signal.aborted) return;
      shownAt = Date.now();
      trouble("");
      await put(data);
      if (mine.signal.aborted) return;
      document.body.dataset.loaded = String(Number(document.body.dataset.loaded ?? 0) + 1);
    } catch (error) {
      if (mine.signal.aborted) return;
      parts = null;
      trouble(error instanceof Error ? error.message : String(error));
    } finally {
      if (loading === mine) {
        loading = null;
        if (parts?.size) plan();
      }
    }
  };

  /** Load again, at once if the last time is a while ago, and not while nobody looks. What changes while a load goes on
   * is asked for after it. */
  const plan = () => {
    if (document.hidden || loading || planned) return;
    planned = true;
    rest.then(() => {
      planned = false;
      if (!loading) load();
    });
  };
  /** @param {string[]} found */
  const changed = (found) => {
    found.forEach((part) => parts?.add(part));
    plan();
  };
  const again = () => {
    parts = null;
    load();
  };

  const refresh = () => {
    clearInterval(timer);
    deaf?.();
    deaf = null;
    const connection = (/** @type {string} */ name, /** @type {string} */ text) => {
      find("connection").dataset.state = name;
      say("connection-text", text);
    };
    if (state.refresh === "live") {
      connection("waiting", t("live.waiting"));
      deaf = listen({ changed, failed: trouble, state: connection });
    } else connection("timed", state.refresh === "off" ? t("live.off") : t("live.every", { every: state.refresh }));
    if (state.refresh !== "off") timer = window.setInterval(() => changed(["reactions", "spikes", "sources"]), EVERY[state.refresh]);
  };

  /** Show what the address says. @param {State} before */
  const settle = (before) => {
    useZone(state.tz);
    address.carry(state);
    if (before.refresh !== state.refresh) refresh();
    again();
  };
  /** @param {Partial<State>} change */
  const go = (change) => {
    const before = state;
    state = { ...state, ...change };
    address.write(state);
    controls.show(watches, watch());
    settle(before);
  };

  const shell = { go, again, state: () => state, range, trouble };
  const controls = new Controls(shell);
  const to = (/** @type {string} */ name) => () => /** @type {HTMLElement|null} */ (document.querySelector(`nav [data-page-link=${name}]`))?.click();
  /** @type {import("./keys.js").Actions} */
  const time = document.getElementById("range") ? { "t z": () => controls.move(0), "t ArrowLeft": () => controls.move(-1), "t ArrowRight": () => controls.move(1) } : {};
  shortcuts({
    ...time, r: again, "d k": () => go({ kiosk: state.kiosk ? "" : "1" }), ...page.keys,
    Escape: () => { if (!page.leave?.() && (state.panel || state.kiosk)) go(state.panel ? { panel: "" } : { kiosk: "" }); },
    "g o": to("overview"), "g a": to("alerts"), "g s": to("sources"), "g q": to("quality"), "g c": to("compare"), "g u": to("setup"),
  });
  addEventListener("popstate", () => {
    const before = state;
    state = address.read();
    settle(before);
  });
  document.addEventListener("visibilitychange", () => { if (parts === null || parts.size) plan(); });
  useZone(state.tz);
  address.carry(state);
  controls.show(watches, undefined);
  refresh();
  parts = null;
  load();
  return shell;
}
