// @ts-check
// Asks the API; a refusal or a failure becomes an error whose message is for the reader.

const PATIENCE = 20_000;

/**
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} [query]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(path, query = {}, signal) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined) asked.set(name, String(value));
  const limits = [AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])];
  let response;
  try {
    response = await fetch(`/api/v1/${path}?${asked}`, { signal: AbortSignal.any(limits), headers: { accept: "application/json" } });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error("The dashboard does not answer. Is `uproar serve` running?");
  }
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Error(typeof problem.detail === "string" ? problem.detail : `The dashboard answered ${response.status}.`);
}
