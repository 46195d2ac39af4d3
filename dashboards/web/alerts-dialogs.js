// @ts-check
// Two dialogs: somebody looks after a spike; nobody is to be told for a while.

import { send } from "./api.js";
import { problem, signalOf, titleOf } from "./alerts-words.js";
import { check, el, find, radios, say } from "./elements.js";
import { moment, seconds } from "./format.js";
import { fromField, toField } from "./range-fields.js";
import { given, t } from "./words.js";

/** @typedef {import("./types.js").FullSpike} Spike */
/** @typedef {{watch?: string, signal?: string, label: string}} What */

const HOURS = /** @type {Record<string, number>} */ ({ "1h": 1, "4h": 4, "1d": 24 });
const FIRST = "4h";

/** @param {string} id @returns {any} */
const field = (id) => find(id);
const whoAmI = () => given.reader.name ?? sessionStorage.getItem("by") ?? "";

/** What both have in common: a form that is sent once, and says what is wrong. */
class Asking {
  /**
   * @param {string} id
   * @param {(told: string) => void} done
   */
  constructor(id, done) {
    this.id = id;
    this.done = done;
    this.dialog = /** @type {HTMLDialogElement} */ (find(id));
    /** @type {HTMLInputElement|null} who is logged in is not asked for a name */
    this.by = this.dialog.querySelector(`#${id}-by`);
    find(`${id}-form`).addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.dialog.querySelector("[data-close]")?.addEventListener("click", () => this.dialog.close());
  }

  show() {
    if (this.by) this.by.value = whoAmI();
    say(`${this.id}-problem`, "");
    this.dialog.showModal();
  }

  async send() {
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (this.dialog.querySelectorAll("button"));
    buttons.forEach((button) => { button.disabled = true; });
    if (this.by) sessionStorage.setItem("by", this.by.value.trim());
    try {
      const told = await this.ask();
      this.dialog.close();
      this.done(told);
    } catch (error) {
      say(`${this.id}-problem`, problem(error, { 404: t("over_by_now") }));
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  }

  /** @returns {Promise<string>} what became of it, in words */
  async ask() { return ""; }
}

export class Acknowledge extends Asking {
  /** @param {(told: string) => void} done */
  constructor(done) {
    super("ack", done);
    /** @type {Spike|null} */
    this.spike = null;
  }

  /** @param {Spike} spike */
  open(spike) {
    this.spike = spike;
    say("ack-what", `${signalOf(spike.signal, spike.watch)} – ${titleOf(spike.watch)}`);
    this.show();
    (this.by ?? /** @type {HTMLElement} */ (this.dialog.querySelector("button.main"))).focus();
  }

  async ask() {
    const by = whoAmI();
    const answer = /** @type {Spike} */ (await send("POST", `spikes/${this.spike?.id}/ack`, { by }));
    const first = answer.acknowledged_by ?? t("somebody");
    return first === by ? t("ack_done", { by }) : t("ack_before", { by: first, at: moment(seconds(answer.acknowledged_at ?? "")) });
  }
}

export class Silencing extends Asking {
  /**
   * @param {(told: string) => void} done
   * @param {() => string} zone browser or utc
   */
  constructor(done, zone) {
    super("silence", done);
    this.zone = zone;
    /** @type {What[]} */
    this.choices = [];
    this.length = FIRST;
    radios(find("silence-for"), (length) => this.last(length));
    find("silence-ends").addEventListener("input", () => this.last("own"));
  }

  /**
   * @param {string} watch
   * @param {Spike|null} spike
   */
  open(watch, spike) {
    const deal = titleOf(watch);
    const kind = spike?.signal.split(":")[0];
    this.choices = [
      ...(spike ? [{ watch, signal: spike.signal, label: t("silence_signal", { signal: signalOf(spike.signal, watch), watch: deal }) }] : []),
      ...(kind === "concern" || !spike ? [{ watch, signal: "concern:*", label: t("silence_signal", { signal: t("all_concerns"), watch: deal }) }] : []),
      { watch, label: t("silence_watch", { watch: deal }) },
      { label: t("silence_everything") },
    ];
    if (!spike) this.choices.unshift(this.choices.splice(1, 1)[0]);
    field("silence-what").replaceChildren(...this.choices.map((one, i) => el("option", { value: i }, one.label)));
    field("silence-comment").value = "";
    field("silence-ends").value = toField(Math.floor(Date.now() / 1000) + HOURS[FIRST] * 3600, this.zone());
    this.last(FIRST);
    this.show();
    find("silence-what").focus();
  }

  /** @param {string} length */
  last(length) {
    this.length = length;
    check(find("silence-for"), length);
    find("silence-own").hidden = length !== "own";
    field("silence-ends").required = length === "own";
    const ends = this.ends();
    say("silence-end", ends ? t("silence_ends", { at: moment(seconds(ends)) }) : "");
  }

  /** @returns {string|null} */
  ends() {
    if (this.length === "own") return fromField(field("silence-ends").value, this.zone());
    return new Date(Date.now() + HOURS[this.length] * 3_600_000).toISOString();
  }

  async ask() {
    const { watch, signal } = this.choices[Number(field("silence-what").value)];
    const by = whoAmI();
    const answer = await send("POST", "silences", { watch, signal, ends_at: this.ends(), comment: field("silence-comment").value.trim(), ...(by ? { by } : {}) });
    return t("silence_done", { at: moment(seconds(answer.ends_at)) });
  }
}
