// @ts-check
// What this installation still needs: each check with what it is for, what was found, and the command that mends it.

import { el, find, say } from "../elements.js";
import { start } from "../shell.js";
import { lang, t } from "../words.js";

/** @typedef {{name: string, state: "ok"|"missing"|"wrong", detail: string, detail_lang: string, remedy: string, remedy_lang: string,
 *   command: string|null}} Item */
/** @typedef {{kind: string, of: string}} Subject */

const KINDS = [
  "setting", "database", "broker", "keys", "disk", "clock", "workers", "dashboard port", "dashboard access", "evaluation", "watches", "watch", "endpoint",
  "sources of", "members of", "endpoints of", "reading of", "posts of", "messages to",
].sort((one, other) => other.length - one.length);
const ORDER = /** @type {Record<string, number>} */ ({ wrong: 0, missing: 1 });
// What comes first is needed first: without a database nothing runs, without a watch there is nothing to read.
const FIRST = ["database", "broker", "keys", "disk", "clock", "setting", "watches", "watch", "sources of", "reading of", "workers", "posts of", "endpoints of", "endpoint", "messages to", "members of", "evaluation"];
const COPIED = 2_000;

/** What a check is about: `reading of deal/x` is the reading of deal/x. @param {string} name @returns {Subject} */
function subject(name) {
  const kind = KINDS.find((one) => name === one || name.startsWith(`${one} `));
  return kind ? { kind: kind.replaceAll(" ", "_"), of: name.slice(kind.length).trim() } : { kind: "check", of: name };
}

/** @param {Item} item */
function heading({ name }) {
  const { kind, of } = subject(name);
  return [t(`kind.${kind}`), ...(of ? [" ", el("span", { class: "of" }, of)] : [])];
}

/** A text with what stands in backticks as code. @param {string} text */
const told = (text) => text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));

/** A command with a button that copies it.
 * @param {string} command
 */
function command(command) {
  const button = el("button", { type: "button", class: "small", "aria-label": t("copy_command", { command }) }, t("copy"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
      button.textContent = t("copied");
      say("reading", t("copied"));
      window.setTimeout(() => { button.textContent = t("copy"); }, COPIED);
    } catch {  // a page without TLS has no clipboard: the command is chosen, to be copied by hand
      getSelection()?.selectAllChildren(code);
    }
  });
  const words = command.split(" ").map((word) => el("span", { class: "word" }, word));  // no line ends after "--"
  const code = el("code", {}, ...words.flatMap((word, i) => (i ? [" ", word] : [word])));
  return el("p", { class: "command" }, code, button);
}

/** @param {Item} item */
function todo(item) {
  const { kind } = subject(item.name);
  const [why, what] = [t(`why.${kind}`), t(`todo.${kind}`)];
  return el("li", { "data-state": item.state, "data-name": item.name },
    el("p", { class: "what" }, el("span", { class: `chip ${item.state}` }, t(`state.${item.state}`)), " ", el("strong", {}, ...heading(item))),
    el("p", { class: "quiet" }, why),
    el("p", { class: "found" }, el("span", { class: "quiet" }, t("found")), " ", el("span", { lang: item.detail_lang }, ...told(item.detail))),
    ...(item.remedy && item.remedy_lang === lang ? [] : [el("p", {}, what)]),
    ...(item.remedy ? [el("p", { class: item.remedy_lang === lang ? "" : "quiet", lang: item.remedy_lang }, ...told(item.remedy))] : []),
    ...(item.command ? [command(item.command)] : []));
}

/** @param {Item} item */
const rank = (item) => {
  const at = FIRST.indexOf(subject(item.name).kind.replaceAll("_", " "));
  return (at < 0 ? FIRST.length : at) + (ORDER[item.state] ?? 0) / 10;
};

/** @type {string} */
let before = "";

/** @param {Item[]} items */
function show(items) {
  const open = items.filter((item) => item.state !== "ok").sort((one, other) => rank(one) - rank(other));
  const fine = items.filter((item) => item.state === "ok");
  const wrong = open.filter((item) => item.state === "wrong").length;
  say("standing", open.length ? t("summary", { wrong, missing: open.length - wrong, fine: fine.length }) : t("summary_fine", { n: fine.length }));
  find("welcome").hidden = !items.some((item) => item.name === "watches" && item.state === "missing");
  const written = JSON.stringify(items);
  if (written === before) return;  // what is marked or focused stays so
  before = written;
  find("todo").replaceChildren(...(open.length ? open.map(todo) : [el("li", { class: "quiet" }, t("nothing_open"))]));
  find("fine").replaceChildren(...fine.map((item) => el("li", {},
    el("span", { class: "dot", "aria-hidden": true }), el("span", {}, ...heading(item), el("span", { class: "quiet detail", lang: item.detail_lang }, ...told(item.detail))))));
}

start({ load: ({ ask }) => ask("setup", { ui: lang }), show, alone: true });
