// @ts-check
// What fires now, in one sentence; nothing is calm where most sources cannot be read.

import { lasted, numbers, signalOf } from "./alerts-words.js";
import { el, find, say } from "./elements.js";
import { reading } from "./reading.js";
import { t } from "./words.js";

/** @typedef {import("./types.js").FullSpike} Spike */

/**
 * What the sources say of the silence: whether it can be believed.
 * @param {import("./types.js").Source[]} sources
 * @returns {{level: string, words: string}}
 */
function trust(sources) {
  const { on, read, failing, late, blind } = reading(sources);
  const names = [...failing, ...late].map((source) => source.source).join(", ");
  if (!on.length && blind) return { level: "warn", words: t("now.no_sources") };
  if (blind) return { level: "warn", words: t("now.blind", { read: read.length, n: on.length }) };
  if (names) return { level: "partly", words: t("now.partly", { names, read: read.length, n: on.length }) };
  if (read.length < on.length) return { level: "partly", words: t("now.some", { read: read.length, n: on.length }) };
  return { level: "good", words: on.length ? t("now.read") : "" };
}

/**
 * @param {Spike[]} firing
 * @param {{newest: Spike|null, sources: import("./types.js").Source[], elsewhere: number, all: () => void}} around
 */
export function showNow(firing, { newest, sources, elsewhere, all }) {
  const { level, words } = trust(sources);
  const alone = firing.filter((spike) => !spike.acknowledged_at).length;
  const link = level === "good" ? [] : [" ", el("a", { href: /** @type {HTMLAnchorElement|null} */ (document.querySelector("nav [data-page-link=sources]"))?.href }, t("now.sources"))];
  find("now").dataset.level = firing.length ? "bad" : level;
  if (firing.length) {
    say("now-title", t("now.firing", { n: firing.length }));
    find("now-note").replaceChildren([alone === firing.length ? t("now.alone_all") : alone ? t("now.alone", { n: alone }) : t("now.looked"), level === "good" ? "" : words].join(" ").trim(), ...link);
  } else {
    say("now-title", t(level === "warn" ? "now.unknown" : "now.calm"));
    const last = newest ? t("now.last", { signal: signalOf(newest.signal, newest.watch), numbers: numbers(newest), lasted: lasted(newest) }) : t("now.never");
    find("now-note").replaceChildren([words, last].join(" ").trim(), ...link);
  }
  const other = find("elsewhere");
  other.hidden = !elsewhere;
  if (!elsewhere) return;
  const button = el("button", { type: "button", class: "small" }, t("now.show_all"));
  button.addEventListener("click", all);
  other.replaceChildren(t("now.elsewhere", { n: elsewhere }), " ", button);
}
