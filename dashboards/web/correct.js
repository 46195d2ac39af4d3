// @ts-check
// The dialog by which a person corrects what the machine made of a post.

import { send } from "./api.js";
import { el, find, say } from "./elements.js";
import { STAGES } from "./stages.js";
import { given, named, t } from "./words.js";

/** @typedef {import("./types.js").Post} Post */

const FIELDS = /** @type {const} */ (["stage", "sentiment", "stance"]);
const VALUES = /** @type {Record<string, string[]>} */ ({
  stage: STAGES, sentiment: ["negative", "neutral", "positive"], stance: ["against", "for", "none"], voice: ["true", "false"],
});

function dialog() {
  const act = (/** @type {string} */ name) => el("button", { type: "button", id: `correct-${name}` }, t(name));
  return el("dialog", { id: "correct", "aria-labelledby": "correct-title" }, el("form", { id: "correct-form" },
    el("h2", { id: "correct-title" }, t("correct_title")), el("blockquote", { id: "correct-text", dir: "auto" }), el("p", { class: "quiet" }, t("correct_note")),
    el("div", { class: "fields" }, ...[...FIELDS, "voice"].map((name) => el("label", {}, t(`variable.${name}`), el("select", { id: `correct-${name}` })))),
    el("fieldset", { id: "correct-concerns" }, el("legend", {}, t("variable.concern"))),
    el("label", {}, t("note"), el("textarea", { id: "correct-note", rows: 2, maxlength: 2000 })),
    given.reader.name === null
      ? el("label", {}, t("by"), el("input", { id: "correct-by", maxlength: 200, autocomplete: "name" }))
      : el("p", { class: "quiet" }, `${t("by")}: `, el("bdi", {}, given.reader.name)),
    el("p", { id: "correct-problem", class: "bad", role: "alert" }),
    el("p", { class: "acts" }, act("withdraw"), act("cancel"), el("button", { class: "main" }, t("save")))));
}

/** @param {string} name @returns {any} */
const field = (name) => document.getElementById(`correct-${name}`);

export class Correct {
  /** @param {() => void} done counts have changed */
  constructor(done) {
    this.done = done;
    this.dialog = dialog();
    document.body.append(this.dialog);
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
      const options = VALUES[name].filter((value) => value !== machine).map((value) => el("option", { value }, named(name, value)));
      field(name).replaceChildren(el("option", { value: "" }, t("as_machine", { value: named(name, machine) })), ...options);
      const before = /** @type {any} */ (said)?.[name];
      field(name).value = before === null || before === undefined ? "" : String(before);
    }
    const names = [...new Set([...Object.keys(labels), ...post.machine.concerns, ...post.concerns])];
    field("concerns").replaceChildren(field("concerns").querySelector("legend"), ...names.map((value) =>
      el("label", {}, el("input", { type: "checkbox", value, checked: post.concerns.includes(value) }), labels[value] ?? value)));
    field("note").value = said?.note ?? "";
    if (field("by")) field("by").value = said?.by ?? sessionStorage.getItem("by") ?? "";
    field("withdraw").hidden = !said;
    field("text").textContent = (post.text ?? "").slice(0, 400);
    say("correct-problem", "");
    this.dialog.showModal();
  }

  save() {
    const post = /** @type {Post} */ (this.post);
    const chosen = [...field("concerns").querySelectorAll("input:checked")].map((box) => box.value);
    const same = chosen.length === post.machine.concerns.length && chosen.every((name) => post.machine.concerns.includes(name));
    /** @type {Record<string, unknown>} */
    const body = {};
    for (const name of FIELDS) {
      const confirmed = post.correction?.[name] === post.machine[name] ? post.machine[name] : "";  // was judged, and stays so
      if (field(name).value || confirmed) body[name] = field(name).value || confirmed;
    }
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
