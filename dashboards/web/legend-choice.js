// @ts-check
// Which rows of a legend are shown after one was clicked. Pure.

/**
 * @param {string[]} keys of all rows
 * @param {Set<string>|null} before null: all are shown
 * @param {string} key that was clicked
 * @param {boolean} add it to those that are shown, or take it away; otherwise it is shown alone, or all again
 * @returns {Set<string>|null}
 */
export function chosen(keys, before, key, add) {
  const now = new Set(keys.filter((one) => before?.has(one) ?? true));
  if (!add) return now.size === 1 && now.has(key) && keys.length > 1 ? null : new Set([key]);
  if (now.has(key)) now.delete(key);
  else now.add(key);
  return now.size && now.size < keys.length ? now : null;
}
