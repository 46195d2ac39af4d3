// @ts-check
// The overview: key figures, charts, reasons, what happened, and the posts behind every point.

import { read } from "../address.js";
import { ask } from "../api.js";
import { Charts } from "../charts.js";
import { Choices } from "../choices.js";
import { breath, check, find, radios, say } from "../elements.js";
import { showAlarm, showCoverage, showFigures, showNewest } from "../figures.js";
import { nameConcerns, stretch } from "../format.js";
import { showHappened } from "../happened.js";
import { overview } from "../panels.js";
import { PostList } from "../posts.js";
import { showConcerns, showSources } from "../reasons.js";
import { start } from "../shell.js";
import { given, named, t } from "../words.js";

/** @typedef {import("../types.js").Series} Series */
/** @typedef {import("../types.js").Posts} Posts */
/** @typedef {{series: Series|null, spikes: import("../types.js").Spike[], sources: import("../types.js").Source[], page: Posts}} Data */

const list = new PostList(find("list"), () => shell.again());
/** @type {Data} */
let data = { series: null, spikes: [], sources: [], page: { posts: [], before: null } };
/** @type {string|null} */
let before = null;

/** @type {Record<string, string>} */
let concerns = {};
/** @type {import("../types.js").Threshold[]} */
let rules = [];
/** They are made while the first answers are on their way, and have their size before these come: nothing moves then. */
const charts = (async () => {
  const made = new Charts([], () => shell);
  for (const spec of overview((name) => concerns[name] ?? name, () => shell.state().stage, () => rules)) {
    await breath();
    made.add(spec);
  }
  await breath();
  made.measure();
  made.arrange(read().panel);
  return made;
})();
const filters = /** @type {const} */ (["sentiment", "stance", "concern"]).map((name) => ({
  name, choices: new Choices(name, (values) => shell.go({ [name]: values })),
}));

/** Which posts the list shows: of the point that was picked, or of the whole range.
 * @param {import("../shell.js").State} state
 * @param {Series|null} series
 */
function postsQuery(state, series) {
  const at = Number(state.at);
  const picked = at && series ? { from: String(Math.max(at, series.from)), to: String(Math.min(Math.max(at, series.from) + series.step, series.to)) } : null;
  const { source, lang, stage, sentiment, stance, concern, voice } = state;
  const sort = state.sort === "newest" ? null : state.sort;
  return { from: state.from, to: state.to, ...picked, source, lang, stage, sentiment, stance, concern, voice, sort, cancel: state.cancel && "true", limit: 10 };
}

/** With what follows from the rest and was not asked for. @param {Series} series */
function whole(series) {
  const first = Math.floor(series.from / series.step) * series.step;
  return { ...series, t: series.posts.map((_, i) => first + i * series.step), neutral: series.posts.map((posts, i) => posts - series.negative[i] - series.positive[i]) };
}

/** @param {import("../types.js").Spike[]} spikes */
const newestFirst = (spikes) => spikes.sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at));

/** @param {import("../shell.js").Query} query */
async function load({ ask, state, watch, parts }) {
  if (!watch) return data;
  const points = Math.max(60, Math.min(240, Math.round(find("main").clientWidth / 4)));
  const { from, to, source, lang } = state;
  const also = state.also.filter((name) => name !== watch.name);
  const each = async (/** @type {string} */ path, query = {}) => (await Promise.all([watch.name, ...also].map((name) => ask(path, { watch: name, ...query })))).flat();
  const stale = (/** @type {string[]} */ ...names) => !parts || !parts.size || names.some((name) => parts.has(name));
  const [series, spikes, sources] = await Promise.all([
    stale("reactions", "spikes", "sources") || !data.series ? ask("series", { watch: watch.name, also, from, to, source, lang, points, brief: "true", expected: ["posts", "cancel"] }).then(whole) : data.series,
    stale("spikes") ? each("spikes", { limit: 20, details: "false" }).then(newestFirst) : data.spikes,
    stale("sources") ? each("sources") : data.sources,
  ]);
  const page = stale("reactions") ? await ask("posts", { watch: watch.name, also, ...postsQuery(state, series) }) : data.page;
  return { series, spikes, sources, page };
}

/** The figures first, then the rest, with a breath between: whoever touches the page meanwhile does not wait for all.
 * @param {Data} loaded
 * @param {import("../shell.js").Context} context
 */
async function show(loaded, { state, watch, watches }) {
  data = loaded;
  const { series, spikes, sources, page } = data;
  const together = watch ? [watch, ...watches.filter(({ name }) => series?.also.includes(name))] : [];
  const title = together.map((one) => one.title).join(" + ");
  say("title", title || t(state.watch ? "no_such_watch" : "no_watch", { name: state.watch }));
  document.title = title ? `${title} – Uproar` : "Uproar";
  find("simulated").hidden = !together.some((one) => one.simulated);
  const empty = !watch || !series || series.newest === null;
  find("empty").hidden = !empty;
  find("grid").hidden = empty;
  if (!watch || !series) {
    showNothing(null);
    return;
  }
  concerns = Object.assign({}, ...together.toReversed().map((one) => ({ ...one.concerns, ...given.concerns[one.name] })));
  nameConcerns(concerns);
  showFigures(series, together);
  showAlarm(spikes, sources);
  showCoverage(series, sources);
  showSources(sources);
  showNewest(series);
  if (empty) {
    showNothing(sources);
    return;
  }
  rules = state.source.length || state.lang.length || series.also.length ? [] : watch.thresholds;  // they are about the whole watch
  const steps = [
    () => { showConcerns(series, concerns); showHappened(series); },
    () => showPosts(page, state, watch.name),
    async () => (await charts).show(series, state, title),
  ];
  for (const step of steps) {
    await breath();
    if (data !== loaded || shell.state() !== state) return;  // something newer is on its way
    await step();
  }
}

/** @param {import("../types.js").Source[]|null} sources */
const showNothing = async (sources) => (await import("../later.js")).showEmpty(sources);

/**
 * @param {Posts} page
 * @param {import("../shell.js").State} state
 * @param {string} watch
 */
function showPosts(page, state, watch) {
  const { refresh, panel, kiosk, theme, ui, ...shown } = state;
  const query = JSON.stringify([watch, shown]);
  if (find("list").dataset.query !== query) list.put([]);
  find("list").dataset.query = query;
  const kept = list.refresh(page.posts, concerns, page.before === null || state.sort !== "newest");
  if (!kept) before = page.before;
  find("more").hidden = before === null;
  const step = data.series?.step ?? 60;
  const at = /** @type {HTMLButtonElement} */ (find("at"));
  at.hidden = !state.at;
  at.textContent = state.at ? `${stretch(Number(state.at), step)} ✕` : "";
  at.setAttribute("aria-label", state.at ? t("only_at", { at: stretch(Number(state.at), step) }) : "");
  check(find("sort"), state.sort);
  check(find("filter"), state.cancel ? "cancel" : "all");
  /** @type {HTMLSelectElement} */ (find("voice")).value = state.voice;
  const known = { sentiment: ["negative", "neutral", "positive"], stance: ["against", "for", "none"], concern: Object.keys(concerns) };
  for (const { name, choices } of filters) {
    const options = known[name].map((value) => ({ value, label: name === "concern" ? concerns[value] : named(name, value) }));
    choices.show(options, state[name]);
  }
}

async function more() {
  const { watch, also } = data.series ?? {};
  const state = shell.state();
  if (!watch || before === null) return;
  const [asked, { query }] = [before, find("list").dataset];
  try {
    const page = /** @type {Posts} */ (await ask("posts", { watch, also, ...postsQuery(state, data.series), before }));
    if (before !== asked || find("list").dataset.query !== query) return;  // the list is another by now
    list.append(page.posts);
    before = page.before;
    find("more").hidden = before === null;
  } catch (error) {
    shell.trouble(error instanceof Error ? error.message : String(error));
  }
}

radios(find("filter"), (value) => shell.go({ cancel: value === "cancel" ? "1" : "" }));
radios(find("sort"), (sort) => shell.go({ sort }));
find("voice").addEventListener("change", (event) => shell.go({ voice: /** @type {HTMLSelectElement} */ (event.target).value }));
find("at").addEventListener("click", () => shell.go({ at: "" }));
find("more").addEventListener("click", more);
const shell = start({ load, show, keys: { v: async () => (await charts).fullOfFocused() } });
