// @ts-check
// A share with its 95% interval (Wilson, 1927), as the API computes it.

const Z = 1.959963984540054;

/**
 * @param {number} hits
 * @param {number} of
 * @returns {import("./types.js").Share|null} null of nothing
 */
export function wilson(hits, of) {
  if (of <= 0) return null;
  const [share, square] = [hits / of, Z * Z];
  const middle = share + square / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  const [low, high] = [-1, 1].map((sign) => (middle + sign * reach) / (1 + square / of));
  return { share, low: hits === 0 ? 0 : Math.max(0, low), high: hits === of ? 1 : Math.min(1, high) };
}
