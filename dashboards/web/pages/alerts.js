// @ts-check
// The alerts: what fires now, what fired, why, who looks after it, who is told and who is not.

import { Acknowledge, Silencing } from "../alerts-dialogs.js";
import { card, row } from "../alerts-rows.js";
import { endpoint, held, heldGroups, message, silence } from "../alerts-told.js";
import { isFiring, know, problem, signalOf } from "../alerts-words.js";
import { showWhy } from "../alerts-why.js";
import { showNow } from "../alerts-now.js";
import { ask, Refusal, send } from "../api.js";
import { check, el, find, radios, say } from "../elements.js";
import { Keyed } from "../keyed.js";
import { start } from "../shell.js";
import { t } from "../words.js";

/** @typedef {import("../types.js").FullSpike} Spike */
/** @typedef {import("../types.js").Delivery} Delivery */
/** @typedef {import("../types.js").Silence} Silence */
/** @typedef {{firing: Spike[], page: Spike[], opened: Spike|null, told: Delivery[], deliveries: Delivery[], silences: Silence[],
 *   sources: import("../types.js").Source[], endpoints: import("../types.js").Endpoint[]|null}} Data */

const PAGE = 20;
const MESSAGES = { first: 10, more: 200 };

/** @type {Data|null} */
let data = null;
/** @type {import("../shell.js").Context|null} */
let context = null;
/** @type {Spike[]} pages that were asked for after the first */
let older = [];
let complete = true;
let messages = MESSAGES.first;
let shownFor = "";
let downThere = false;  // the endpoints are at the bottom, and asked for once somebody comes near them
/** What became of what somebody did to a row. @type {Map<string, string>} */
const notes = new Map();

const acts = {
  open: (/** @type {number} */ id) => { shell.go({ spike: String(id) }); toOpened = true; },
  acknowledge: (/** @type {Spike} */ spike) => acknowledging.open(spike),
  silence: (/** @type {Spike} */ spike) => silencing.open(spike.watch, spike),
  state: () => shell.state(),
};
let toOpened = false;
const done = (/** @type {string} */ told) => { say("done", told); shell.again(); };
const acknowledging = new Acknowledge(done);
const silencing = new Silencing(done, () => shell.state().tz);

/** @template Item @param {string} id @param {(item: Item) => string|number} key @param {(item: Item) => HTMLElement} make */
const keyed = (id, key, make) => new Keyed(find(id), (/** @type {Item} */ item) => String(key(item)), make);
const byId = (/** @type {{spike: Spike}} */ { spike }) => spike.id;
const lists = {
  firing: keyed("firing", byId, (/** @type {import("../alerts-rows.js").Shown} */ one) => card(one, acts)),
  past: keyed("spikes", byId, (/** @type {import("../alerts-rows.js").Shown} */ one) => row(one, acts)),
  told: keyed("told", (one) => one.id, (/** @type {any} */ one) => message(one, acts, retry)),
  messages: keyed("messages", (one) => one.id, (/** @type {any} */ one) => message(one, acts, retry)),
  silences: keyed("silence-list", (one) => one.id, (/** @type {any} */ one) => silence(one, end)),
  held: keyed("held-list", (one) => one.key, (/** @type {ReturnType<typeof heldGroups>[number]} */ one) => held(one, acts)),
  endpoints: keyed("endpoint-list", (one) => `${one.watch} ${one.name}`, (/** @type {any} */ one) => endpoint(one)),
};

/** @param {import("../address.js").State} state @param {string|undefined} watch */
function wanted(state, watch) {
  const states = { firing: ["firing", "escalated"], resolved: ["resolved"], "": [] }[state.state];
  return { watch: state.all ? null : watch, state: states, signal: state.signal, limit: PAGE };
}

/** An address may name an alert that is not there. @param {unknown} error */
function unknown(error) {
  if (error instanceof Refusal && error.status === 404) return null;
  throw error;
}

/** @param {import("../shell.js").Query} query @returns {Promise<Data>} */
async function load({ ask: asks, state, watch }) {
  const of = state.all ? null : watch?.name;
  const [firing, page, deliveries, silences, sources, endpoints] = await Promise.all([
    asks("spikes", { state: ["firing", "escalated"], limit: 200 }),
    asks("spikes", wanted(state, watch?.name)),
    asks("deliveries", { watch: of, state: state.delivery, limit: messages }),
    asks("silences"),
    asks("sources", { watch: of }),
    downThere ? asks("endpoints", { watch: of }) : null,
  ]);
  const opened = state.spike ? await asks(`spikes/${state.spike}`).catch(unknown) : null;
  return { firing, page, opened, told: opened?.deliveries ?? [], deliveries, silences, sources, endpoints };
}

/**
 * @param {Data} loaded
 * @param {import("../shell.js").Context} shown
 */
function show(loaded, shown) {
  [data, context] = [loaded, shown];
  const { state, watch, watches } = shown;
  know(watches);
  const asked = JSON.stringify(wanted(state, watch?.name));
  if (asked !== shownFor) {
    [older, shownFor, complete] = [[], asked, loaded.page.length < PAGE];
  }
  find("scope").hidden = watches.length < 2;
  check(find("scope"), state.all);
  check(find("state"), state.state);
  check(find("delivery"), state.delivery);
  const mine = loaded.firing.filter((spike) => state.all || spike.watch === watch?.name);
  const minute = Math.floor(Date.now() / 60_000);
  const opened = (/** @type {Spike} */ spike) => ({ spike, opened: String(spike.id) === state.spike, minute: isFiring(spike) ? minute : 0 });
  showNow(mine, { newest: loaded.page[0] ?? null, sources: loaded.sources, elsewhere: loaded.firing.length - mine.length, all: () => shell.go({ all: "1" }) });
  lists.firing.show(mine.map(opened), "");
  const past = [...loaded.page, ...older.filter((spike) => !loaded.page.some((one) => one.id === spike.id))];
  lists.past.show(past.map(opened), t(state.state || state.signal ? "no_such_spikes" : "no_spikes"));
  find("older").hidden = complete;
  showSignals([...past, ...mine], state.signal, watch);
  showOpened(loaded, state.spike);
  showTold(loaded, [...mine, ...past], minute);
  if (!downThere) bottom.observe(find("endpoints"));  // not before: an empty page is short
}

/** @param {Data} loaded @param {string} id */
function showOpened({ opened, told }, id) {
  find("opened").hidden = !id;
  find("alerts").dataset.opened = String(Boolean(id));
  if (!id) return;
  if (opened) showWhy(opened, acts);
  else {
    say("opened-title", t("no_such_spike", { id }));
    find("why-body").replaceChildren();
  }
  lists.told.show(told.map((one) => ({ ...one, signal: opened?.signal ?? null, note: notes.get(`delivery ${one.id}`) ?? "", minute: 0 })), t("nobody_told"));
  if (!toOpened) return;
  toOpened = false;
  find("opened").focus({ preventScroll: true });
  find("opened").scrollIntoView({ block: "nearest" });
}

/** @param {Data} loaded @param {Spike[]} known @param {number} minute */
function showTold({ deliveries, silences, endpoints, opened }, known, minute) {
  const signals = new Map([...known, ...(opened ? [opened] : [])].map((spike) => [spike.id, spike.signal]));
  const noted = (/** @type {string} */ kind, /** @type {number} */ id) => ({ note: notes.get(`${kind} ${id}`) ?? "", minute });
  lists.messages.show(deliveries.map((one) => ({ ...one, signal: signals.get(one.spike_id) ?? null, ...noted("delivery", one.id) })), t("no_messages"));
  find("more-messages").hidden = deliveries.length < messages || messages === MESSAGES.more;
  lists.silences.show(silences.map((one) => ({ ...one, ...noted("silence", one.id) })), t("no_silences"));
  lists.held.show(heldGroups([...new Map(known.map((spike) => [spike.id, spike])).values()], silences), t("nothing_held"));
  if (endpoints) lists.endpoints.show(endpoints.map((one) => ({ ...one, minute })), t("no_endpoints"));
}

/** @param {Spike[]} seen @param {string} chosen @param {import("../types.js").Watch|undefined} watch */
function showSignals(seen, chosen, watch) {
  const known = ["posts", "negative", "cancel", "cancel-share", "concern:*", ...Object.keys(watch?.concerns ?? {}).map((name) => `concern:${name}`)];
  const values = [...new Set([...known, ...seen.map((spike) => spike.signal), ...(chosen ? [chosen] : [])])];
  const select = /** @type {HTMLSelectElement} */ (find("signal"));
  const written = JSON.stringify(values);
  if (select.dataset.known !== written) {
    select.dataset.known = written;
    select.replaceChildren(el("option", { value: "" }, t("all")), ...values.map((value) => el("option", { value }, signalOf(value, watch?.name ?? null))));
  }
  select.value = chosen;
}

/** Somebody comes near the endpoints. @param {IntersectionObserverEntry[]} found */
async function near(found) {
  const [seen, shown] = [data, context];
  if (!seen || !shown || !found.some((one) => one.isIntersecting)) return;
  bottom.disconnect();
  downThere = true;
  try {
    seen.endpoints = await ask("endpoints", { watch: shown.state.all ? null : shown.watch?.name });
    if (data === seen) show(seen, shown);
  } catch (error) {
    shell.trouble(problem(error, {}));
  }
}
const bottom = new IntersectionObserver(near, { rootMargin: "100px" });

const oldest = () => (older.at(-1) ?? data?.page.at(-1))?.id;

async function more() {
  const { watch, state } = context ?? {};
  const [before, asked] = [oldest(), shownFor];
  if (!state || !before) return;
  try {
    const found = /** @type {Spike[]} */ (await ask("spikes", { ...wanted(state, watch?.name), before }));
    if (oldest() !== before || shownFor !== asked) return;  // the list is another by now
    older.push(...found);
    complete = found.length < PAGE;
    if (data && context) show(data, context);
  } catch (error) {
    shell.trouble(problem(error, {}));
  }
}

/**
 * Do something to a row, and say beside it what became of it.
 * @param {string} key
 * @param {() => Promise<unknown>} todo
 * @param {string} good
 * @param {Record<number, string>} words for refusals that are no faults
 */
async function attempt(key, todo, good, words) {
  try {
    await todo();
    notes.delete(key);
    say("done", good);
  } catch (error) {
    notes.set(key, problem(error, words));
  }
  shell.again();
}
const retry = (/** @type {Delivery} */ one) => attempt(`delivery ${one.id}`, () => send("POST", `deliveries/${one.id}/retry`, {}), t("retry_done"), { 409: t("retry_late") });
const end = (/** @type {Silence} */ one) => attempt(`silence ${one.id}`, () => send("DELETE", `silences/${one.id}`), t("silence_ended"), { 404: t("silence_late") });

/** Close what is open. @returns {boolean} whether something was */
function shut() {
  const { spike } = shell.state();
  if (!spike) return false;
  shell.go({ spike: "" });
  /** @type {HTMLElement|null} */ (document.querySelector(`[data-spike="${spike}"] a`))?.focus();
  return true;
}

radios(find("scope"), (all) => shell.go({ all }));
radios(find("state"), (state) => shell.go({ state }));
radios(find("delivery"), (delivery) => shell.go({ delivery }));
find("signal").addEventListener("change", (event) => shell.go({ signal: /** @type {HTMLSelectElement} */ (event.target).value }));
find("older").addEventListener("click", more);
find("more-messages").addEventListener("click", () => { messages = MESSAGES.more; shell.again(); });
find("shut").addEventListener("click", shut);
find("new-silence").addEventListener("click", () => silencing.open(context?.watch?.name ?? "", null));
const shell = start({ load, show, leave: shut });
