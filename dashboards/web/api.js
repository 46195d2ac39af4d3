// @ts-check
// Asks the API; a refusal or a failure becomes an error whose message is for the reader.

import { lang, t } from "./words.js";

const PATIENCE = 20_000;
const WANTED = { accept: "application/json", "accept-language": lang };  // what it refuses, it says in the reader's language

/** @typedef {Record<string, string|number|string[]|null|undefined>} Query */

/** What the API refused; its message is for the reader. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** @param {Query} query */
function written(query) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) value.forEach((one) => asked.append(name, one));
    else if (value !== null && value !== undefined && value !== "") asked.set(name, String(value));
  }
  const text = asked.toString();
  return text ? `?${text}` : "";
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
async function request(path, init, signal) {
  const limits = [AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])];
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, { ...init, signal: AbortSignal.any(limits) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(t("no_answer"));
  }
  if (response.status === 401) {  // the session is over
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    return new Promise(() => {});
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(typeof problem.detail === "string" ? problem.detail : t("answered", { status: String(response.status) }), response.status);
}

/**
 * @param {string} path
 * @param {Query} [query]
 * @param {AbortSignal} [signal]
 */
export const ask = (path, query = {}, signal) => request(path + written(query), { headers: WANTED }, signal);

/**
 * Change something.
 * @param {"POST"|"PUT"|"PATCH"|"DELETE"} method
 * @param {string} path
 * @param {unknown} [body]
 */
export const send = (method, path, body) => request(path, {
  method, headers: { ...WANTED, ...(body === undefined ? {} : { "content-type": "application/json" }) },
  body: body === undefined ? undefined : JSON.stringify(body),
});
