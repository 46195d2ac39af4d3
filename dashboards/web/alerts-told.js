// @ts-check
// Who is told, who is not, and whether it got there: messages, endpoints, silences, and what was held back.

import { opener } from "./alerts-rows.js";
import { heldBy, several, signalOf, titleOf } from "./alerts-words.js";
import { el } from "./elements.js";
import { moment, seconds, since } from "./format.js";
import { named, t } from "./words.js";

/** @typedef {import("./types.js").FullSpike} Spike */
/** @typedef {import("./types.js").Delivery} Delivery */
/** @typedef {import("./types.js").Silence} Silence */
/** @typedef {import("./types.js").Endpoint} Endpoint */
/** `note`: what became of the last try to change it. @typedef {{note: string, minute: number}} Noted */

/** @param {string} iso */
const when = (iso) => el("time", { datetime: iso, title: since(seconds(iso)) }, moment(seconds(iso)));

/**
 * A button that does something to a row, and what went wrong the last time beside it.
 * @param {string} act
 * @param {string} label
 * @param {string} whole what it is about, for those who do not see the row
 * @param {string} note
 * @param {() => Promise<void>} todo
 */
function doing(act, label, whole, note, todo) {
  const button = el("button", { type: "button", class: "small", "data-act": act, "aria-label": `${label}: ${whole}` }, label);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await todo();
    button.disabled = false;
  });
  return [button, ...(note ? [el("span", { class: "note", role: "status" }, note)] : [])];
}

/** How an attempt went, and when the next one is. @param {Delivery} one */
function attempts(one) {
  const told = [one.attempts ? t("attempts", { n: one.attempts }) : t("attempts_none")];
  if (one.last_status) told.push(t("answered_with", { status: String(one.last_status) }));
  if (one.state === "delivered" && one.delivered_at) told.push(t("received", { at: moment(seconds(one.delivered_at)) }));
  if (one.state === "pending" && one.next_attempt_at) told.push(t("next_try", { at: moment(seconds(one.next_attempt_at)), ago: since(seconds(one.next_attempt_at)) }));
  if (one.state === "failed") told.push(t("given_up"));
  return told.join(" · ");
}

/**
 * @param {Delivery & Noted & {signal: string|null}} one
 * @param {import("./alerts-rows.js").Acts} acts
 * @param {(one: Delivery) => Promise<void>} retry
 */
export function message(one, acts, retry) {
  const level = { delivered: "good", failed: "bad" }[one.state] ?? "waiting";
  const name = one.signal ? signalOf(one.signal, one.watch) : t("alert_number", { id: String(one.spike_id) });
  const link = opener(/** @type {any} */ ({ id: one.spike_id }), acts, {}, name);
  const whole = `${one.endpoint}, ${name}, ${named("event", one.event)}`;
  const label = t(one.state === "failed" ? "retry" : "retry_now");
  return el("li", { "data-delivery": one.id, "data-state": one.state },
    el("p", { class: "message-what" }, el("span", { class: `status ${level}` }, named("message_state", one.state)), link, named("event", one.event),
      el("span", { class: "quiet" }, t("to", { endpoint: one.endpoint })), ...(several() ? [el("span", { class: "quiet" }, titleOf(one.watch))] : [])),
    el("p", { class: "quiet" }, when(one.created_at), ` · ${attempts(one)}`),
    ...(one.last_error && one.state !== "delivered" ? [el("p", { class: "error" }, one.last_error)] : []),
    ...(one.state === "delivered" || !one.attempts ? (one.note ? [el("p", { class: "note", role: "status" }, one.note)] : [])
      : [el("p", { class: "acts start" }, ...doing("retry", label, whole, one.note, () => retry(one)))]));
}

/**
 * @param {Silence & Noted} one
 * @param {(one: Silence) => Promise<void>} end
 */
export function silence(one, end) {
  const watch = one.watch ? titleOf(one.watch) : t("every_watch");
  const name = `${one.signal ? signalOf(one.signal, one.watch) : t("every_signal")} – ${watch}`;
  const [from, to] = [seconds(one.starts_at), seconds(one.ends_at)];
  const later = from > Date.now() / 1000;
  const by = one.created_by ? t("silence_by", { by: one.created_by, id: String(one.id) }) : t("silence_number", { id: String(one.id) });
  return el("li", { "data-silence": one.id },
    el("p", {}, el("strong", {}, name)),
    el("p", {}, later ? t("silence_from_to", { from: moment(from), to: moment(to) }) : t("silence_to", { at: moment(to), ago: since(to) })),
    el("p", { class: "said", dir: "auto" }, one.comment),
    el("p", { class: "acts start" }, ...doing("end", t("silence_end"), name, one.note, () => end(one)), el("span", { class: "quiet" }, by)));
}

/**
 * What was held back, by what held it.
 * @param {Spike[]} spikes
 * @param {Silence[]} silences
 * @returns {{key: string, watch: string, why: string, comment: string, spikes: {id: number, words: string, over: boolean}[]}[]}
 */
export function heldGroups(spikes, silences) {
  /** @type {Record<string, Spike[]>} */
  const groups = {};
  for (const spike of spikes) if (spike.held) (groups[`${spike.watch} ${spike.held}`] ??= []).push(spike);
  return Object.entries(groups).map(([key, [first, ...rest]]) => {
    const id = Number(/^silence (\d+)$/.exec(first.held ?? "")?.[1]);
    return {
      key, watch: first.watch, why: heldBy(first.held ?? "", first.watch), comment: silences.find((one) => one.id === id)?.comment ?? "",
      spikes: [first, ...rest].map((spike) => ({ id: spike.id, words: signalOf(spike.signal, spike.watch), over: Boolean(spike.resolved_at) })),
    };
  });
}

/**
 * @param {ReturnType<typeof heldGroups>[number]} group
 * @param {import("./alerts-rows.js").Acts} acts
 */
export function held({ watch, why, comment, spikes }, acts) {
  const links = spikes.flatMap((one, i) => [...(i ? [", "] : []), opener(/** @type {any} */ ({ id: one.id }), acts, {}, one.words), ...(one.over ? [] : [` (${t("goes_on")})`])]);
  return el("li", {}, el("p", {}, el("strong", {}, why), ...(several() ? [` – ${titleOf(watch)}`] : [])),
    ...(comment ? [el("p", { class: "said", dir: "auto" }, comment)] : []), el("p", {}, ...links));
}

/** @param {Endpoint & {minute: number}} one */
export function endpoint(one) {
  const level = { ok: "good", failing: "bad", disabled: "bad" }[one.state] ?? "waiting";
  const facts = [t("endpoint_kind", { kind: one.kind, host: one.host ?? "Apprise" })];
  facts.push(one.last_success ? t("endpoint_last", { at: moment(seconds(one.last_success)) }) : t("endpoint_never"));
  if (one.waiting) facts.push(t("endpoint_waiting", { n: one.waiting }));
  if (one.given_up) facts.push(t("endpoint_given_up", { n: one.given_up }));
  if (one.fallback) facts.push(t("endpoint_fallback"));
  const only = [...one.signals.map((signal) => signalOf(signal, one.watch)), ...one.events.map((event) => named("event", event))];
  if (only.length) facts.push(t("endpoint_only", { only: only.join(", ") }));
  return el("li", { "data-endpoint": one.name },
    el("p", { class: "message-what" }, el("span", { class: `status ${level}` }, named("endpoint_state", one.state)), el("strong", {}, one.name), ...(several() ? [el("span", { class: "quiet" }, titleOf(one.watch))] : [])),
    el("p", { class: "quiet" }, facts.join(" · ")),
    ...(one.reason ? [el("p", { class: "error" }, one.reason)] : []),
    ...(one.state === "disabled" ? [el("p", {}, t("endpoint_enable"), " ", el("code", {}, `uproar alerts enable ${one.name} --watch ${one.watch}`))] : []));
}
