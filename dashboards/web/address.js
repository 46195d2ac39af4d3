// @ts-check
// What the page shows is in its address, so that a link shows the same.

const RANGES = ["1h", "6h", "24h", "7d", "30d", "all"];

/** @typedef {{watch: string|null, range: string, cancel: boolean, at: number|null}} State */

/** @returns {State} */
export function read() {
  const asked = new URLSearchParams(location.search);
  const range = asked.get("range") ?? "";
  const at = Number(asked.get("at"));
  return {
    watch: asked.get("watch"),
    range: RANGES.includes(range) ? range : "24h",
    cancel: asked.get("cancel") === "1",
    at: Number.isInteger(at) && at > 0 ? at : null,
  };
}

/** @param {State} state */
export function write(state) {
  const asked = new URLSearchParams();
  if (state.watch) asked.set("watch", state.watch);
  if (state.range !== "24h") asked.set("range", state.range);
  if (state.cancel) asked.set("cancel", "1");
  if (state.at) asked.set("at", String(state.at));
  const text = asked.toString();
  const wanted = location.pathname + (text ? `?${text}` : "");
  if (wanted !== location.pathname + location.search) history.pushState(null, "", wanted);
}

/**
 * The start of a range, as the API reads it: up to the newest post, so that an old deal shows too.
 * @param {string} range
 */
export const start = (range) => (range === "all" ? "first" : `latest-${range}`);
