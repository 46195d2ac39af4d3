// @ts-check
// How far the number can be trusted, and the place where people make it more so.

import { el, find } from "../elements.js";
import { PostList } from "../posts.js";
import { showCalibration } from "../quality-calibration.js";
import { showConfusion, showEvaluation, showHoles, showTiles } from "../quality-figures.js";
import { Judge } from "../quality-judge.js";
import { start } from "../shell.js";
import { given, t } from "../words.js";

/** @typedef {{quality: import("../quality-figures.js").Quality, series: import("../types.js").Series}} Data */

const FEW = 6;
const POINTS = 10;  // only the sums and the gaps are shown

const list = new PostList(find("list"), () => shell.again());
/** @type {import("../types.js").Watch|undefined} */
let shown;
let all = false;

/** @param {import("../shell.js").Query} query @returns {Promise<Data|null>} */
async function load({ ask, state, watch }) {
  if (!watch) return null;
  const { from, to, source, lang } = state;
  const [quality, series] = await Promise.all([ask("quality", { watch: watch.name }), ask("series", { watch: watch.name, from, to, source, lang, points: POINTS })]);
  return { quality, series };
}

/**
 * @param {Data|null} data
 * @param {import("../shell.js").Context} context
 */
function show(data, { state, watch }) {
  shown = watch;
  find("grid").hidden = find("tiles").hidden = !data;
  if (!data) find("chosen").hidden = true;
  find("answer").textContent = data ? "" : t(state.watch ? "no_such_watch" : "no_watch", { name: state.watch });
  if (!data || !watch) return;
  const { quality, series } = data;
  showTiles(quality, series);
  const measured = quality.evaluation?.files.flatMap((file) => (file.views.cancel?.calibration ? [file.views.cancel.calibration] : []))[0];
  showCalibration(find("calibration-body"), [
    { key: "people", label: t("calibration_people"), calibration: quality.people.calibration },
    ...(measured ? [{ key: "evaluated", label: t("calibration_evaluated"), calibration: measured }] : []),
  ]);
  showConfusion(quality.people);
  showEvaluation(quality);
  showHoles(series);
  showNewest(quality.newest, { ...watch.concerns, ...given.concerns[watch.name] });
  judge.show(state.judge === "1");
}

/** @param {import("../types.js").Post[]} posts @param {Record<string, string>} concerns */
function showNewest(posts, concerns) {
  list.refresh(posts.slice(0, all ? posts.length : FEW), concerns, true);
  if (!posts.length) find("list").replaceChildren(el("li", { class: "quiet" }, t("confusion_none")));
  const button = find("more");
  button.hidden = posts.length <= FEW;
  button.textContent = all ? t("fewer") : t("all_of", { n: posts.length });
  button.setAttribute("aria-expanded", String(all));
  button.onclick = () => { all = !all; showNewest(posts, concerns); };
}

/** What posts are drawn from: the range of the page. */
function range() {
  if (!shown) return null;
  const { from, to, source, lang } = shell.state();
  return { watch: shown.name, from, to, source, lang, concerns: { ...shown.concerns, ...given.concerns[shown.name] } };
}

const judge = new Judge(range, () => shell.again(), () => shell.go({ judge: "" }));
find("judge").addEventListener("click", () => shell.go({ judge: "1" }));
const act = (/** @type {string} */ what) => () => judge.act(what);
const shell = start({ load, show, keys: {
  j: () => shell.go({ judge: "1" }), y: act("right"), n: act("none"), 1: act("reported"), 2: act("urging"), 3: act("staying"), 4: act("joining"),
  s: act("skip"), u: act("undo"), x: act("stop"),
} });
