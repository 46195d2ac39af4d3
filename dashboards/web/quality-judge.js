// @ts-check
// Ten posts drawn by chance, each judged with one key: what is said becomes a correction, and counts.

import { ask, send } from "./api.js";
import { el, find, say } from "./elements.js";
import { share } from "./format.js";
import { article } from "./posts.js";
import { draw } from "./quality-draw.js";
import { wilson } from "./wilson.js";
import { named, t } from "./words.js";

/** @typedef {import("./types.js").Post} Post */
/** @typedef {{watch: string, from: string, to: string, source: string[], lang: string[], concerns: Record<string, string>}} Range */

const TEN = 10;

export class Judge {
  /**
   * @param {() => Range|null} range what is drawn from
   * @param {() => void} changed counts have changed
   * @param {() => void} over the person has had enough
   */
  constructor(range, changed, over) {
    this.range = range;
    this.changed = changed;
    this.over = over;
    /** @type {Post|null} */
    this.post = null;
    /** @type {{id: number, right: boolean}[]} what was said in this sitting */
    this.said = [];
    /** @type {Set<number>} */
    this.skipped = new Set();
    this.busy = false;
    this.open = false;
    for (const button of this.buttons) button.addEventListener("click", () => this.act(button.dataset.judge ?? ""));
  }

  get buttons() {
    return [.../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-judge]"))];
  }

  /** @param {boolean} open */
  async show(open) {
    if (open === this.open) return;
    this.open = open;
    find("judge-start").hidden = open;
    find("judge-post").hidden = !open;
    if (!open) return this.tell();
    [this.said, this.post] = [[], null];
    await this.next();
    find("judging").focus({ preventScroll: true });
  }

  /** @param {string} what right, a stage, skip, undo or stop */
  async act(what) {
    if (this.busy || !this.open) return;
    if (what === "stop") return this.over();
    this.busy = true;
    say("judge-problem", "");
    this.buttons.forEach((button) => { button.disabled = true; });
    try {
      if (what === "undo") await this.undo();
      else if (this.post) await this.judge(this.post, what);
    } catch (error) {
      say("judge-problem", error instanceof Error ? error.message : String(error));
    } finally {
      this.busy = false;
      this.buttons.forEach((button) => { button.disabled = button.dataset.judge === "undo" ? !this.said.length : !this.post && button.dataset.judge !== "stop"; });
    }
  }

  /** @param {Post} post @param {string} what */
  async judge(post, what) {
    if (what === "skip") this.skipped.add(post.id);
    else {
      const by = sessionStorage.getItem("by")?.trim();
      await send("POST", `posts/${post.id}/corrections`, { stage: what === "right" ? post.machine.stage : what, sampled: true, note: t("by_chance"), ...(by ? { by } : {}) });
      this.said.push({ id: post.id, right: what === "right" });
      this.changed();
    }
    await this.next();
  }

  async undo() {
    const last = this.said.at(-1);
    if (!last) return;
    await send("DELETE", `posts/${last.id}/corrections`);
    this.said.pop();
    this.changed();
    await this.next();
  }

  async next() {
    this.post = null;  // it is judged: whatever becomes of the next one, it is not judged again
    this.tell();
    const range = this.range();
    if (!range || this.said.length >= TEN) return this.put(null, t("judge_done"));
    const { concerns, ...asked } = range;
    try {
      const { post, left } = await draw(ask, asked, this.skipped);
      this.put(post, t(left ? "judge_all" : "judge_none"));
    } catch (error) {
      this.put(null, "");
      say("judge-problem", error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Post|null} post @param {string} instead what stands there without one */
  put(post, instead) {
    this.post = post;
    find("question").hidden = !post;
    say("machine-says", post ? t("machine_says", { stage: named("stage", post.machine.stage), score: share(post.score) }) : "");
    find("drawn").replaceChildren(...(post ? article(post, this.range()?.concerns ?? {}) : [el("p", { class: "quiet" }, instead)]));
    this.buttons.forEach((button) => { button.disabled = button.dataset.judge === "undo" ? !this.said.length : !post && button.dataset.judge !== "stop"; });
  }

  /** How it stands. */
  tell() {
    const right = this.said.filter((one) => one.right).length;
    const found = wilson(right, this.said.length);
    const progress = this.open ? t("judge_progress", { number: Math.min(TEN, this.said.length + 1), of: TEN }) : "";
    say("sitting", [progress, found && t("sitting", { right, n: this.said.length, share: share(found.share), low: share(found.low), high: share(found.high) })].filter(Boolean).join(" · "));
  }
}
