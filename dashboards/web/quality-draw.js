// @ts-check
// Draws a cancel voice by chance, each with the same probability, out of what the API tells of a range.

/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Post} Post */
/** @typedef {import("./types.js").Posts} Posts */
/** @typedef {(path: string, query: import("./api.js").Query) => Promise<any>} Ask */

const PIECES = 400;
const PAGE = 200;
const PAGES = 20;

/** Which of `weights` a number between 0 and 1 falls on, each as likely as it is heavy; -1 if there is none.
 * @param {number[]} weights
 * @param {number} chance
 */
function weighed(weights, chance) {
  let left = chance * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length; i += 1) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return -1;
}

/** One cancel voice of the range that nobody judged yet: first a stretch of it, by how many it has, then one in it.
 * @param {Ask} ask
 * @param {{watch: string, from: string|number, to: string|number, source: string[], lang: string[]}} range
 * @param {Set<number>} seen posts that are not to be drawn again
 * @returns {Promise<{post: Post|null, left: number}>} none: every one was judged; `left` is how many there are about
 */
export async function draw(ask, range, seen) {
  const series = /** @type {Series} */ (await ask("series", { ...range, points: PIECES }));
  const pieces = series.t.map((at, i) => ({ from: Math.max(at, series.from), to: Math.min(at + series.step, series.to), weight: series.cancel[i] }));
  if (series.unfinished !== null) {
    const counted = pieces.reduce((sum, { weight }) => sum + weight, 0);
    pieces.push({ from: Math.max(series.unfinished, series.from), to: series.to, weight: series.totals.cancel - counted });
  }
  /** @type {Map<number, Post[]>} */
  const known = new Map();
  while (pieces.some(({ weight }) => weight > 0)) {
    const index = weighed(pieces.map(({ weight }) => weight), Math.random());
    const piece = pieces[index];
    const all = known.get(index) ?? await inside(ask, range, piece);
    known.set(index, all);
    const open = all.filter((post) => !judged(post) && !seen.has(post.id));
    // As many posts as the stretch was weighed by: to pass over a judged one and draw again is to draw among the others.
    const one = all[Math.floor(Math.random() * all.length)];
    if (one && open.includes(one)) return { post: one, left: series.totals.cancel };
    if (!open.length) pieces[index] = { ...piece, weight: 0 };
  }
  return { post: null, left: series.totals.cancel };
}

/** A correction of anything counts: a judgement would replace it as a whole. @param {Post} post */
const judged = (post) => Boolean(post.correction);

/**
 * @param {Ask} ask
 * @param {{watch: string, source: string[], lang: string[]}} range
 * @param {{from: number, to: number}} piece
 * @returns {Promise<Post[]>}
 */
async function inside(ask, { watch, source, lang }, { from, to }) {
  const found = [];
  /** @type {string|null} */
  let before = null;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = /** @type {Posts} */ (await ask("posts", { watch, source, lang, from, to, cancel: "true", voice: "true", limit: PAGE, before }));
    found.push(...answer.posts);
    before = answer.before;
    if (before === null) break;
  }
  return found;
}
