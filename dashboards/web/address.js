// @ts-check
// What the page shows is in its address, so that a link shows the same; what is as usual is left out.

const USUAL = {
  watch: "", from: "latest-24h", to: "latest", refresh: "live", tz: "browser", theme: "auto", ui: "", kiosk: "", panel: "",
  at: "", cancel: "", sort: "newest", voice: "", spike: "", state: "", signal: "", delivery: "", all: "",
  zero: "", other: "", otherzero: "", before: "", after: "", per: "", point: "", judge: "",
};
const LISTS = /** @type {const} */ (["also", "source", "lang", "stage", "sentiment", "stance", "concern"]);
const CHOICES = /** @type {Record<string, string[]>} */ ({
  refresh: ["off", "5s", "10s", "30s", "1m", "5m", "live"], tz: ["browser", "utc"], theme: ["auto", "light", "dark"],
  sort: ["newest", "strongest"], voice: ["", "true", "false"], cancel: ["", "1"], kiosk: ["", "1"],
  state: ["", "firing", "resolved"], delivery: ["", "pending", "delivered", "failed"], all: ["", "1"],
  per: ["", "1000"], judge: ["", "1"],
});
const AROUND = 6 * 3600;
// What the next page shows too: who follows a link of the navigation stays with the deal and the time.
const CARRIED = ["watch", "also", "from", "to", "source", "lang", "refresh", "tz", "theme", "ui", "kiosk"];

/** @typedef {typeof USUAL & Record<typeof LISTS[number], string[]>} State */

/** @returns {State} */
export function read() {
  const asked = new URLSearchParams(location.search);
  const state = /** @type {any} */ ({ ...USUAL, theme: document.documentElement.dataset.theme ?? "auto" });
  for (const name of Object.keys(USUAL)) {
    const value = asked.get(name);
    if (value !== null && (CHOICES[name]?.includes(value) ?? true)) state[name] = value;
  }
  for (const name of LISTS) state[name] = [...new Set(asked.getAll(name).filter(Boolean))];
  if (!/^\d+$/.test(state.spike)) state.spike = "";
  const at = Number(state.at);
  if (!(Number.isInteger(at) && at > 0)) state.at = "";
  else if (!asked.has("from")) Object.assign(state, { from: String(at - AROUND), to: String(at + AROUND) });  // an alert's link
  return state;
}

/**
 * @param {State} state
 * @param {readonly string[]} [names] only these
 */
export function query(state, names) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (names && !names.includes(name)) continue;
    if (Array.isArray(value)) value.forEach((one) => asked.append(name, one));
    else if (value !== /** @type {any} */ (USUAL)[name]) asked.set(name, value);
  }
  const text = asked.toString();
  return text ? `?${text}` : "";
}

/** @param {State} state */
export function write(state) {
  const wanted = location.pathname + query(state);
  if (wanted !== location.pathname + location.search) history.pushState(null, "", wanted);
}

/** @param {State} state */
export function carry(state) {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-page-link]"))) {
    link.href = new URL(link.href).pathname + query(state, CARRIED);
  }
}

/**
 * Remember for the next visit what the server has to know before the page is there.
 * @param {"ui"|"theme"} name
 * @param {string} value
 */
export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
