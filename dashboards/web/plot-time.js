// @ts-check
// Points in time: joined when there are too many, found again by their moment. Pure.

export const MINUTE = 60;

/** Groups of neighbours, the same ones at the next refresh: they begin at whole multiples of their length.
 * @param {number[]} t starts, ascending
 * @param {number} step
 * @param {number} most how many groups have room
 * @returns {{groups: [number, number][], joined: number}} first and last index of each group
 */
export function coarse(t, step, most) {
  const joined = Math.max(1, Math.ceil(t.length / Math.max(1, most)));
  if (joined === 1) return { groups: t.map((_, i) => [i, i]), joined };
  /** @type {[number, number][]} */
  const groups = [];
  let name = NaN;
  t.forEach((at, i) => {
    const here = Math.floor(at / (step * joined));
    if (here === name) groups[groups.length - 1][1] = i;
    else groups.push([i, i]);
    name = here;
  });
  return { groups, joined };
}

/** The point that counts a moment; null outside of them.
 * @param {{starts: number[], ends: number[]}} points
 * @param {number} at
 * @returns {number|null}
 */
export function indexAt({ starts, ends }, at) {
  let low = 0;
  let high = starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (at < starts[middle]) high = middle - 1;
    else if (at >= ends[middle]) low = middle + 1;
    else return middle;
  }
  return null;
}

/** The point nearest to a moment; null without points.
 * @param {{starts: number[], ends: number[]}} points
 * @param {number} at
 * @returns {number|null}
 */
export function nearest(points, at) {
  const number = points.starts.length;
  if (!number) return null;
  if (at < points.starts[0]) return 0;
  return indexAt(points, at) ?? number - 1;
}
