// @ts-check
// The page itself: reads the address, asks the API, fills the places, and does it again when something changed.

import * as address from "./address.js";
import { ask } from "./api.js";
import { Chart } from "./chart.js";
import { check, el, find, radios, say } from "./elements.js";
import { showAlarm, showConcerns, showEmpty, showFigures, showSources } from "./figures.js";
import { duration, moment, since, stretch, zone } from "./format.js";
import { listen } from "./live.js";
import { listMarks } from "./marks.js";
import { PostList } from "./posts.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Watch} Watch */

const PAUSE = 2_000;  // at least so long from one load to the next
const AT_LEAST_EVERY = 60_000;
const select = /** @type {HTMLSelectElement} */ (find("watch"));
const list = new PostList(find("list"));
let state = address.read();
/** @type {Watch[]} */
let watches = [];
/** @type {Series|null} */
let data = null;
/** @type {string|null} */
let before = null;
/** @type {AbortController|null} */
let loading = null;
let loadedAt = 0;
/** @type {number|undefined} */
let planned;

const charts = [
  chart("sentiment", ["negative", "neutral", "positive"], ["Negative", "Neutral", "Positive"], "Posts per minute, by sentiment", true),
  chart("cancel", ["cancel"], ["Cancel voices"], "Cancel voices", false),
];

/**
 * @param {string} id
 * @param {import("./chart.js").Column[]} columns
 * @param {string[]} labels
 * @param {string} name
 * @param {boolean} perMinute
 */
function chart(id, columns, labels, name, perMinute) {
  const details = /** @type {HTMLDetailsElement} */ (find(id).querySelector("details"));
  return new Chart(find(`${id}-plot`), details, {
    columns, labels, name, perMinute,
    pick: (at) => go({ at: state.at === at ? null : at, cancel: id === "cancel" || state.cancel }),
    hover: (index) => charts.forEach((one) => one.point(index)),
    read: (text) => say("reading", text),
  });
}

/** @param {Partial<address.State>} change */
function go(change) {
  state = { ...state, ...change };
  address.write(state);
  load();
}

function watch() {
  return watches.find((one) => one.name === state.watch) ?? watches.find((one) => one.enabled && one.extent) ?? watches.find((one) => one.enabled) ?? watches[0];
}

/** The range of the posts: the point that was picked, or the whole. */
function postsQuery() {
  const whole = { from: address.start(state.range), to: "latest" };
  const picked = state.at && data ? { from: String(Math.max(state.at, data.from)), to: String(Math.min(state.at + data.step, data.to)) } : whole;
  return { ...picked, cancel: state.cancel ? "true" : null, limit: 50 };
}

async function load() {
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  loadedAt = Date.now();
  try {
    watches = await ask("watches", {}, mine.signal);
    const chosen = watch();
    showControls(chosen);
    if (!chosen) return showNoWatch();
    const points = Math.max(60, Math.min(400, Math.round(find("sentiment-plot").clientWidth / 3)));
    const [series, spikes, sources] = await Promise.all([
      ask("series", { watch: chosen.name, from: address.start(state.range), to: "latest", points }, mine.signal),
      ask("spikes", { watch: chosen.name, limit: 20 }, mine.signal),
      ask("sources", { watch: chosen.name }, mine.signal),
    ]);
    data = series;
    const page = await ask("posts", { watch: chosen.name, ...postsQuery() }, mine.signal);
    show(chosen, series, spikes, sources, page);
    trouble("");
  } catch (error) {
    if (!mine.signal.aborted) trouble(error instanceof Error ? error.message : String(error));
  } finally {
    if (loading === mine) loading = null;
  }
}

/**
 * @param {Watch} chosen
 * @param {Series} series
 * @param {import("./types.js").Spike[]} spikes
 * @param {Source[]} sources
 * @param {import("./types.js").Posts} page
 */
function show(chosen, series, spikes, sources, page) {
  const empty = series.newest === null;
  find("empty").hidden = !empty;
  find("grid").hidden = empty;
  showFigures(series, chosen);
  showAlarm(spikes, sources);
  showSources(sources);
  showNewest(series);
  if (empty) return showEmpty(sources);
  charts.forEach((one) => one.show(series));
  showConcerns(series, chosen);
  listMarks(series);
  const query = JSON.stringify([chosen.name, state]);
  if (find("list").dataset.query !== query) list.put([]);
  find("list").dataset.query = query;
  const kept = list.refresh(page.posts, chosen.concerns, page.before === null);
  if (!kept) before = page.before;
  find("more").hidden = before === null;
  const at = /** @type {HTMLButtonElement} */ (find("at"));
  at.hidden = state.at === null;
  at.textContent = state.at ? `${stretch(state.at, series.step)} ✕` : "";
  at.setAttribute("aria-label", state.at ? `Only posts of ${stretch(state.at, series.step)}: show all` : "");
}

/** @param {Series} series */
function showNewest(series) {
  const at = series.newest;
  say("newest", at === null ? "Newest post: none yet" : `Newest post: ${moment(at)} (${since(at)}) · each point is ${duration(series.step).replace(/^(?=[a-z])/, "one ")} · times in ${zone}`);
}

/** @param {Watch|undefined} chosen */
function showControls(chosen) {
  const names = watches.map((one) => one.name).join();
  if (select.dataset.names !== names) {
    const shown = watches.filter((one) => one.enabled || one.extent || one === chosen);
    select.replaceChildren(...shown.map((one) => el("option", { value: one.name }, one.enabled ? one.title : `${one.title} (off)`)));
    select.dataset.names = names;
  }
  if (chosen) select.value = chosen.name;
  check(find("ranges"), state.range);
  check(find("filter"), state.cancel ? "cancel" : "all");
  say("title", chosen?.title ?? "No watch");
  document.title = chosen ? `${chosen.title} – Uproar` : "Uproar";
  find("simulated").hidden = !chosen?.simulated;
}

function showNoWatch() {
  find("grid").hidden = true;
  find("empty").hidden = false;
  say("empty-title", "Nothing is watched yet");
  find("empty-body").replaceChildren(el("p", {}, "Make a watch with ", el("code", {}, "uproar watch new NAME"), ", or see a simulated deal with ", el("code", {}, "uproar demo"), "."));
}

/** @param {string} text */
function trouble(text) {
  find("problem").hidden = !text;
  say("problem", text);
}

/** Load again soon, but not more often than every few seconds, and not while nobody looks. */
function plan() {
  if (document.hidden) return;
  planned ??= window.setTimeout(() => {
    planned = undefined;
    if (loading) plan();  // a slow answer is waited for, not asked for again
    else load();
  }, Math.max(0, (loading ? Date.now() : loadedAt) + PAUSE - Date.now()));
}

async function more() {
  const chosen = watch();
  if (!chosen || before === null) return;
  try {
    const page = await ask("posts", { watch: chosen.name, ...postsQuery(), before });
    list.append(page.posts, chosen.concerns);
    before = page.before;
    find("more").hidden = before === null;
  } catch (error) {
    trouble(error instanceof Error ? error.message : String(error));
  }
}

radios(find("ranges"), (range) => go({ range, at: null }));
radios(find("filter"), (value) => go({ cancel: value === "cancel" }));
check(find("ranges"), state.range);
check(find("filter"), state.cancel ? "cancel" : "all");
select.addEventListener("change", () => go({ watch: select.value, at: null }));
find("at").addEventListener("click", () => go({ at: null }));
find("more").addEventListener("click", more);
addEventListener("popstate", () => { state = address.read(); load(); });
document.addEventListener("visibilitychange", plan);
window.setInterval(plan, AT_LEAST_EVERY);
listen({
  changed: plan,
  failed: trouble,
  state: (name, text) => { find("connection").dataset.state = name; say("connection-text", text); },
});
load();
