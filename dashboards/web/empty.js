// @ts-check
// What to do when a watch has no posts, or there is no watch.

import { el, find, say } from "./elements.js";
import { t } from "./words.js";

const demo = () => el("p", {}, t("see_demo"), " ", el("code", {}, "uproar demo"));

/** @param {import("./types.js").Source[]|null} sources */
export function showEmpty(sources) {
  say("empty-title", t(sources ? "no_posts" : "no_watch"));
  const body = find("empty-body");
  if (!sources) return body.replaceChildren(el("p", {}, t("make_watch"), " ", el("code", {}, "uproar watch new NAME")), el("p", {}, el("a", { href: "/setup" }, t("go_setup"))), demo());
  const failing = sources.filter((source) => source.state === "failing");
  const read = sources.some((source) => source.state === "ok");
  const parts = failing.length
    ? [el("p", {}, t("unreachable")), el("ul", {}, ...failing.map((source) => el("li", {}, el("strong", {}, source.source), `: ${source.last_error ?? t("no_reason_given")}`)))]
    : [el("p", {}, t(read ? "none_found" : "none_read"), ...(read ? [] : [" ", el("code", {}, "uproar doctor")]))];
  body.replaceChildren(...parts, demo());
}
