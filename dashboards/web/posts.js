// @ts-check
// The list of posts: each with its text, the words that decided, and the rule that they met in plain words.

import { el } from "./elements.js";
import { moment, seconds, since } from "./format.js";
import { given, named, t } from "./words.js";

/** @typedef {import("./types.js").Post} Post */
/** @typedef {Record<string, string>} Labels of concerns */

const LONG = 600;
const CONCERN = "concern.";

/**
 * What a rule says in plain words.
 * @param {import("./types.js").Evidence} evidence
 * @param {Labels} concerns
 */
function ruleWords({ rule, family }, concerns) {
  if (rule.startsWith(CONCERN)) return t("names_concern", { concern: concerns[rule.slice(CONCERN.length)] ?? rule.slice(CONCERN.length) });
  return given.rules?.[family ?? ""] ?? rule;
}

/**
 * The text as nodes, the evidence marked. Offsets count code points; JavaScript counts UTF-16 units.
 * @param {Post} post
 * @param {Labels} concerns
 * @returns {(Node|string)[]}
 */
function marked(post, concerns) {
  const letters = Array.from(post.text ?? "");
  const spans = post.evidence
    .filter((one) => one.start < one.end)
    .sort((one, other) => one.start - other.start);
  const nodes = [];
  let done = 0;
  for (const one of spans) {
    const { start, end } = one;
    const from = Math.max(done, start);
    if (from >= end) continue;
    nodes.push(letters.slice(done, from).join(""), el("mark", { title: ruleWords(one, concerns) }, letters.slice(from, end).join("")));
    done = end;
  }
  nodes.push(letters.slice(done).join(""));
  return nodes;
}

/**
 * @param {Post} post
 * @param {Labels} concerns
 */
function evidence(post, concerns) {
  const letters = Array.from(post.text ?? "");
  const parts = post.evidence.map((one, index) => {
    const { start, end, rule } = one;
    const words = letters.slice(start, Math.min(end, start + 120)).join("");
    return el("span", { title: rule }, index ? "; " : "", ...(words ? [el("q", {}, words), " "] : []), ruleWords(one, concerns));
  });
  return el("p", { class: "evidence" }, `${t("because")} `, ...parts);
}

/** What there is to read of a post.
 * @param {Post} post
 * @param {Labels} concerns
 */
export function article(post, concerns) {
  const at = seconds(post.created_at);
  const facts = el("div", { class: "facts" },
    el("time", { datetime: post.created_at, title: post.created_at }, moment(at), ` (${since(at)})`),
    el("span", {}, post.source), el("span", {}, named("lang", post.lang)),
    el("span", { class: `chip ${post.sentiment}`, title: `compound ${post.compound.toFixed(2)}` }, el("span", { class: "swatch" }), named("sentiment", post.sentiment)));
  if (post.stage !== "none") facts.append(el("span", { class: post.cancel ? "chip stage" : "chip" }, named("stage", post.stage)));
  if (!post.voice) facts.append(el("span", { class: "chip", title: t("echo_means") }, t("echo")));
  if (post.stance !== "none") facts.append(el("span", { class: "chip" }, t(`stance_chip.${post.stance}`)));
  if (post.concerns.length) facts.append(el("span", {}, post.concerns.map((name) => concerns[name] ?? name).join(", ")));
  const text = post.text === null
    ? el("p", { class: "text quiet" }, t("text_let_go", { when: post.let_go_at ? moment(seconds(post.let_go_at)) : "" }))
    : el("p", { class: "text", dir: "auto", lang: post.lang || null }, ...marked(post, concerns));
  /** @type {HTMLElement[]} */
  const parts = [facts, text];
  const said = post.text ?? "";
  if (said.length > LONG || said.split("\n").length > 6) parts.push(unfold(text, said.length));
  if (post.correction) parts.push(corrected(post));
  if (post.evidence.length) parts.push(evidence(post, concerns));
  return parts;
}

/**
 * @param {Post} post
 * @param {Labels} concerns
 * @param {() => void} correct
 */
function item(post, concerns, correct) {
  const acts = el("div", { class: "acts" });
  if (post.url) acts.append(el("a", { href: post.url, rel: "noopener noreferrer", target: "_blank" }, t("original")));
  const button = el("button", { type: "button", class: "small", "data-act": "correct" }, t(post.correction ? "corrected_again" : "correct"));
  button.addEventListener("click", correct);
  acts.append(button);
  return el("li", { "data-post": post.id }, ...article(post, concerns), acts);
}

/** @param {Post} post */
function corrected(post) {
  const said = /** @type {NonNullable<Post["correction"]>} */ (post.correction);
  const machine = /** @type {any} */ (post.machine);
  const other = Object.entries(said).some(([name, value]) => name in machine && value !== null && String(value) !== String(machine[name]));
  const [by, on] = other ? ["corrected_by", "corrected_at"] : ["confirmed_by", "confirmed_at"];
  const at = moment(seconds(said.corrected_at));
  const who = said.by ? t(by, { by: said.by, at }) : t(on, { at });
  return el("p", { class: "corrected" }, who, ...(said.note ? [" ", el("q", {}, said.note)] : []));
}

/**
 * @param {HTMLElement} text
 * @param {number} length
 */
function unfold(text, length) {
  text.classList.add("clamped");
  const words = () => (text.classList.contains("clamped") ? t("whole_text", { n: length }) : t("less"));
  const button = el("button", { type: "button", class: "small", "aria-expanded": "false" }, words());
  button.addEventListener("click", () => {
    const folded = text.classList.toggle("clamped");
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = words();
  });
  return button;
}

export class PostList {
  /**
   * @param {HTMLElement} list
   * @param {() => void} corrected counts have changed
   */
  constructor(list, corrected) {
    this.list = list;
    this.corrected = corrected;
    /** @type {Promise<import("./correct.js").Correct>|null} */
    this.dialog = null;
    /** @type {Labels} */
    this.concerns = {};
    /** @type {Map<number, {post: Post, element: HTMLElement, written: string}>} */
    this.shown = new Map();
  }

  /** The row of a post: the one that is there, unless the post has changed. @param {Post} post */
  row(post) {
    const written = JSON.stringify(post);
    const there = this.shown.get(post.id);
    return there?.written === written ? there : { post, written, element: item(post, this.concerns, () => this.correct(post)) };
  }

  /** Ask a person what is wrong with a post. @param {Post} post */
  async correct(post) {
    this.dialog ??= import("./later.js").then(({ Correct }) => new Correct(this.corrected));
    (await this.dialog).open(post, this.concerns);
  }

  /**
   * Show the newest page. Older posts that were asked for stay, as long as the new page reaches down to them;
   * what is open stays open.
   * @param {Post[]} page
   * @param {Labels} concerns
   * @param {boolean} complete whether there is nothing older
   * @returns {boolean} whether older posts stayed
   */
  refresh(page, concerns, complete) {
    this.concerns = concerns;
    const last = page[page.length - 1];
    const meets = !complete && page.some((post) => this.shown.has(post.id));
    const older = meets ? [...this.shown.values()].filter(({ post }) => before(post, last)) : [];
    this.put([...page.map((post) => this.row(post)), ...older]);
    return older.length > 0;
  }

  /** @param {Post[]} page */
  append(page) {
    this.put([...this.shown.values(), ...page.filter((post) => !this.shown.has(post.id)).map((post) => this.row(post))]);
  }

  /** @param {{post: Post, element: HTMLElement, written: string}[]} rows */
  put(rows) {
    this.shown = new Map(rows.map((row) => [row.post.id, row]));
    const wanted = rows.map((row) => row.element);
    const same = wanted.length === this.list.children.length && wanted.every((element, i) => element === this.list.children[i]);
    if (!same) this.list.replaceChildren(...(wanted.length ? wanted : [el("li", { class: "quiet" }, t("no_such_posts"))]));
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
