// @ts-check
// Two deals, or two ranges of one, side by side: aligned to what each is counted from.

import { query } from "../address.js";
import { Charts } from "../charts.js";
import { drawn, marks, specs } from "../compare-charts.js";
import * as controls from "../compare-controls.js";
import { showConcerns, showFigures, showWarnings } from "../compare-tables.js";
import { aligned, asked, sides, span } from "../compared.js";
import { el, find, say } from "../elements.js";
import { SINCE, short } from "../offsets.js";
import { start } from "../shell.js";
import { given, t } from "../words.js";

/** @typedef {import("../types.js").Series} Series */
/** @typedef {import("../compared.js").Side} Side */
/** @typedef {{both: Side[], range: import("../compared.js").Span, answers: Series[]}} Data */

const HOUR = 3600;
/** @type {Data|null} */
let data = null;
/** @type {import("../compared.js").Aligned[]} */
let shown = [];

/** As on the overview, but that moments are counted from an event. */
class SinceCharts extends Charts {
  /** @param {string} id @returns {import("../panel.js").Events} */
  events(id) {
    const hour = (/** @type {number} */ at, /** @type {"floor"|"ceil"} */ way) => Math[way](at / 60) * 60;
    return {
      ...super.events(id),
      zoom: (from, to) => {
        const [before, after] = [-hour(from, "floor"), hour(to, "ceil")];
        if (before >= 0 && after >= 0 && before + after >= HOUR) shell.go({ before: short(before), after: short(after), point: "" });
      },
      pick: (at) => {
        shell.go({ point: shell.state().point === String(at) ? "" : String(at), panel: "" });
        find("picked").scrollIntoView({ block: "nearest" });
        find("picked").focus({ preventScroll: true });
      },
    };
  }
}
const charts = new SinceCharts(specs(() => shown, () => (shell.state().per ? t("per_thousand") : "")), () => shell);

/** @param {import("../shell.js").Query} query @returns {Promise<Data|null>} */
async function load({ ask, state, watch, watches }) {
  if (!watch) return null;
  const both = sides(state, watch, watches, Date.now() / 1000);
  const range = span(state, both);
  const most = Math.max(36, Math.min(60, Math.round(find("main").clientWidth / 16)));
  return { both, range, answers: await Promise.all(both.map((one) => ask("series", asked(one, range, most)))) };
}

/**
 * @param {Data|null} loaded
 * @param {import("../shell.js").Context} context
 */
async function show(loaded, { state, watch, watches }) {
  find("nothing").hidden = Boolean(loaded);
  for (const id of ["pair", "span", "grid"]) find(id).hidden = !loaded;
  say("nothing-text", t(state.watch && !watch ? "no_such_watch" : "no_watch", { name: state.watch }));
  data = loaded;
  if (!loaded) return;
  const { both, range, answers } = loaded;
  controls.show(both, range, state, watches);
  shown = aligned(answers, both, Boolean(state.per));
  showFigures(answers);
  showWarnings(answers, both);
  showConcerns(answers, Object.assign({}, ...both.toReversed().map((one) => one.watch.concerns), ...both.toReversed().map((one) => given.concerns[one.watch.name])));
  showPoint(loaded, state);
  await charts.show(/** @type {any} */ ({ ...drawn(answers, shown, range), ...marks(answers, both) }), state, both.map((one) => one.watch.title).join(" / "));
}

/** Where the posts of a point are: on the overview, of each side.
 * @param {Data} loaded
 * @param {import("../address.js").State} state
 */
function showPoint({ both, answers }, state) {
  const at = state.point === "" ? NaN : Number(state.point);
  say("picked-note", Number.isFinite(at) ? SINCE.stretch(at, at + answers[0].step) : t("point_help"));
  if (!Number.isFinite(at)) return find("picked-links").replaceChildren();
  find("picked-links").replaceChildren(...both.map(({ watch, zero }, i) => {
    const { step } = answers[i];
    const from = Math.floor(zero / step) * step + at;
    const there = /** @type {any} */ ({ watch: watch.name, from: String(from), to: String(from + step), theme: state.theme, tz: state.tz, ui: state.ui });
    return el("li", {}, el("span", { class: "letter", "data-side": i ? "b" : "a" }, i ? "B" : "A"), " ",
      el("a", { href: `/${query(there)}` }, t("posts_of", { title: watch.title })));
  }));
}

const shell = start({ load, show, keys: { v: () => charts.fullOfFocused() } });
controls.wire(() => shell, () => data?.both ?? []);
