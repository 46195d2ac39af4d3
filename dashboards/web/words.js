// @ts-check
// What the page says, in the reader's language: the server puts the words into the page.

import { breath } from "./elements.js";

/** @typedef {"viewer"|"analyst"|"admin"} Role */
/** @typedef {{lang: string, reader: {role: Role, name: string|null}, words: Record<string, any>, rules?: Record<string, string>,
 *   later: {words: string, style: string}, concerns: Record<string, Record<string, string>>}} Given */

/** @type {Given} */
export const given = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("given")).textContent ?? "");
export const lang = given.lang;
const numbers = new Intl.NumberFormat(lang);
await breath();  // the first format takes a phone as long as all that comes after it
const plurals = new Intl.PluralRules(lang);

/** @param {string} key */
const found = (key) => key.split(".").reduce((/** @type {any} */ table, part) => table?.[part], given.words);

/**
 * The words of a key such as `overview.no_posts`, with {names} filled in; `n` decides between one and other.
 * @param {string} key without the name of the table: `script.all` is `all`
 * @param {Record<string, string|number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  let words = found(key);
  if (typeof words === "object" && "n" in values) words = words[plurals.select(Number(values.n))] ?? words.other;
  if (typeof words !== "string") return key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}

/** Ask for the words of what somebody opened; those of the page come first. */
export async function learn() {
  const more = /** @type {Record<string, any>} */ (await (await fetch(given.later.words)).json());
  for (const [name, words] of Object.entries(more)) {
    given.words[name] = typeof words === "string" ? given.words[name] ?? words : { ...words, ...given.words[name] };
  }
}

/**
 * The words for something that data names, or the name itself where nobody wrote words for it.
 * @param {string} table
 * @param {string} name
 * @returns {string}
 */
export function named(table, name) {
  const words = found(table)?.[name];
  return typeof words === "string" ? words : name;
}
