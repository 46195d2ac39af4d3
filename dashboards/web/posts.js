// @ts-check
// The list of posts: each with its text, the words that decided, and the rule that they met.

import { el } from "./elements.js";
import { moment, seconds, since } from "./format.js";

/** @typedef {import("./types.js").Post} Post */

const LONG = 600;
const MOST = 400;

/**
 * The text as nodes, the evidence marked. Offsets count code points; JavaScript counts UTF-16 units.
 * @param {Post} post
 * @returns {(Node|string)[]}
 */
function marked(post) {
  const letters = Array.from(post.text);
  const spans = post.evidence
    .filter((one) => one.start < one.end)
    .sort((one, other) => Number(one.start) - Number(other.start));
  const nodes = [];
  let done = 0;
  for (const { start, end, rule } of spans) {
    const from = Math.max(done, Number(start));
    if (from >= Number(end)) continue;
    nodes.push(letters.slice(done, from).join(""), el("mark", { title: rule }, letters.slice(from, Number(end)).join("")));
    done = Number(end);
  }
  nodes.push(letters.slice(done).join(""));
  return nodes;
}

/** @param {Post} post */
function evidence(post) {
  const letters = Array.from(post.text);
  const parts = post.evidence.map(({ start, end, rule }, index) => {
    const words = letters.slice(start, Math.min(end, start + 120)).join("");
    return el("span", {}, index ? "; " : "", ...(words ? [el("q", {}, words), " → "] : []), rule);
  });
  return el("p", { class: "evidence" }, "Because: ", ...parts);
}

/**
 * @param {Post} post
 * @param {Record<string, string>} concerns labels
 */
function item(post, concerns) {
  const at = seconds(post.created_at);
  const facts = el("div", { class: "facts" },
    el("time", { datetime: post.created_at, title: post.created_at }, moment(at), ` (${since(at)})`),
    el("span", {}, post.source), el("span", {}, post.lang),
    el("span", { class: `chip ${post.sentiment}`, title: `compound ${post.compound.toFixed(2)}` }, el("span", { class: "swatch" }), post.sentiment));
  if (post.stage !== "none") facts.append(el("span", { class: post.cancel ? "chip stage" : "chip" }, post.stage));
  if (!post.voice) facts.append(el("span", { class: "chip", title: "a repost, copy or near-duplicate" }, "echo"));
  if (post.stance !== "none") facts.append(el("span", {}, `${post.stance} the deal`));
  if (post.concerns.length) facts.append(el("span", {}, post.concerns.map((name) => concerns[name] ?? name).join(", ")));
  if (post.url) facts.append(el("a", { href: post.url, rel: "noopener noreferrer", target: "_blank" }, "Original"));
  const text = el("p", { class: "text", dir: "auto", lang: post.lang }, ...marked(post));
  /** @type {HTMLElement[]} */
  const parts = [facts, text];
  if (post.text.length > LONG || post.text.split("\n").length > 6) parts.push(unfold(text));
  if (post.evidence.length) parts.push(evidence(post));
  return el("li", {}, ...parts);
}

/** @param {HTMLElement} text */
function unfold(text) {
  text.classList.add("clamped");
  const button = el("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "More");
  button.addEventListener("click", () => {
    const folded = text.classList.toggle("clamped");
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = folded ? "More" : "Less";
  });
  return button;
}

export class PostList {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    /** @type {Map<number, {post: Post, element: HTMLElement}>} */
    this.shown = new Map();
  }

  /**
   * Show the newest page. Older posts that were asked for stay, as long as the new page reaches down to them;
   * what is open stays open.
   * @param {Post[]} page
   * @param {Record<string, string>} concerns labels
   * @param {boolean} complete whether there is nothing older
   * @returns {boolean} whether older posts stayed
   */
  refresh(page, concerns, complete) {
    const last = page[page.length - 1];
    const meets = !complete && page.some((post) => this.shown.has(post.id));
    const older = meets ? [...this.shown.values()].filter(({ post }) => before(post, last)) : [];
    const next = [...page.map((post) => this.shown.get(post.id) ?? { post, element: item(post, concerns) }), ...older].slice(0, MOST);
    this.put(next);
    return older.length > 0;
  }

  /**
   * @param {Post[]} page
   * @param {Record<string, string>} concerns labels
   */
  append(page, concerns) {
    this.put([...this.shown.values(), ...page.filter((post) => !this.shown.has(post.id)).map((post) => ({ post, element: item(post, concerns) }))]);
  }

  /** @param {{post: Post, element: HTMLElement}[]} rows */
  put(rows) {
    this.shown = new Map(rows.map((row) => [row.post.id, row]));
    const wanted = rows.map((row) => row.element);
    const same = wanted.length === this.list.children.length && wanted.every((element, i) => element === this.list.children[i]);
    if (!same) this.list.replaceChildren(...(wanted.length ? wanted : [el("li", { class: "quiet" }, "No such posts in this range.")]));
  }
}

/**
 * Whether a post stands below another in the list.
 * @param {Post} post
 * @param {Post} other
 */
function before(post, other) {
  const [one, two] = [seconds(post.created_at), seconds(other.created_at)];
  return one < two || (one === two && post.id < other.id);
}
