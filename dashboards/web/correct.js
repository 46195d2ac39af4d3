// @ts-check
// The dialog by which a person corrects what the machine made of a post.

import { send } from "./api.js";
import { el, find, say } from "./elements.js";
import { named, t } from "./words.js";

/** @typedef {import("./types.js").Post} Post */

const FIELDS = /** @type {const} */ (["stage", "sentiment", "stance"]);
const VALUES = /** @type {Record<string, string[]>} */ ({
  stage: ["cancelled", "cancelling", "conditional", "considering", "seeking", "urging", "reported", "staying", "joining", "none"],
  sentiment: ["negative", "neutral", "positive"], stance: ["against", "for", "none"], voice: ["true", "false"],
});

/** @param {string} name @returns {any} */
const field = (name) => document.getElementById(`correct-${name}`);

export class Correct {
  /** @param {() => void} done counts have changed */
  constructor(done) {
    this.done = done;
    this.dialog = /** @type {HTMLDialogElement} */ (find("correct"));
    /** @type {Post|null} */
    this.post = null;
    /** @type {Record<string, string>} */
    this.labels = {};
    find("correct-form").addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    find("correct-withdraw").addEventListener("click", () => this.change("DELETE"));
    find("correct-cancel").addEventListener("click", () => this.dialog.close());
  }

  /**
   * @param {Post} post
   * @param {Record<string, string>} labels of the watch's concerns
   */
  open(post, labels) {
    this.post = post;
    this.labels = labels;
    const said = post.correction;
    for (const name of [...FIELDS, "voice"]) {
      const machine = String(/** @type {any} */ (post.machine)[name]);
      const options = VALUES[name].filter((value) => value !== machine).map((value) => el("option", { value }, this.words(name, value)));
      field(name).replaceChildren(el("option", { value: "" }, t("as_machine", { value: this.words(name, machine) })), ...options);
      const before = /** @type {any} */ (said)?.[name];
      field(name).value = before === null || before === undefined ? "" : String(before);
    }
    const names = [...new Set([...Object.keys(labels), ...post.machine.concerns, ...post.concerns])];
    field("concerns").replaceChildren(field("concerns").querySelector("legend"), ...names.map((value) =>
      el("label", {}, el("input", { type: "checkbox", value, checked: post.concerns.includes(value) }), labels[value] ?? value)));
    field("note").value = said?.note ?? "";
    if (field("by")) field("by").value = said?.by ?? sessionStorage.getItem("by") ?? "";
    field("withdraw").hidden = !said;
    field("text").textContent = post.text.slice(0, 400);
    say("correct-problem", "");
    this.dialog.showModal();
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  words(name, value) {
    return named(name === "voice" ? "voice" : name, value);
  }

  save() {
    const post = /** @type {Post} */ (this.post);
    const chosen = [...field("concerns").querySelectorAll("input:checked")].map((box) => box.value);
    const same = chosen.length === post.machine.concerns.length && chosen.every((name) => post.machine.concerns.includes(name));
    /** @type {Record<string, unknown>} */
    const body = {};
    for (const name of FIELDS) if (field(name).value) body[name] = field(name).value;
    if (field("voice").value) body.voice = field("voice").value === "true";
    if (!same) body.concerns = chosen;
    if (!Object.keys(body).length) return post.correction ? this.change("DELETE") : say("correct-problem", t("nothing_corrected"));
    for (const name of ["note", "by"]) if (field(name)?.value.trim()) body[name] = field(name).value.trim();
    if (field("by")) sessionStorage.setItem("by", field("by").value);  // who is logged in, the server knows
    return this.change("POST", body);
  }

  /**
   * @param {"POST"|"DELETE"} method
   * @param {Record<string, unknown>} [body]
   */
  async change(method, body) {
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (this.dialog.querySelectorAll("button"));
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await send(method, `posts/${this.post?.id}/corrections`, body);
      this.dialog.close();
      say("reading", t(method === "POST" ? "correction_saved" : "correction_withdrawn"));
      this.done();
    } catch (error) {
      say("correct-problem", error instanceof Error ? error.message : String(error));
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  }
}
