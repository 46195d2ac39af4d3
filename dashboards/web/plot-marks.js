// @ts-check
// Spikes, gaps and events of the deal: as stretches on every panel, as buttons that open their posts, as notes.

import { el, svg } from "./elements.js";
import { count, seconds, signalWords } from "./format.js";
import { nearest } from "./plot-time.js";
import { t as say } from "./words.js";

/** `side`: of which of two deals. @typedef {{signal: string, state: string, started_at: string, resolved_at: string|null, explanation: string, side?: string}} Spike */
/** @typedef {{source: string, started_at: string, ended_at: string|null, reason: string}} Gap */
/** @typedef {{at: string, text: string}} Moment */
/** @typedef {{spikes: Spike[], gaps: Gap[], timeline: Moment[]}} Marks */
/** `from` and `to` are seconds since 1970. @typedef {{kind: "spike"|"gap"|"event", from: number, to: number, text: string}} Mark */
/** @typedef {{x: number, marks: Mark[]}} Cluster */

/** So near are two fingers' targets at the nearest. */
const APART = 24;

/** What touches the range, the earliest first; what still goes on lasts to its end.
 * @param {Marks} marks
 * @param {number} from
 * @param {number} to
 * @returns {Mark[]}
 */
export function gather(marks, from, to) {
  /** @type {Mark[]} */
  const all = [
    ...marks.gaps.map((gap) => ({ kind: /** @type {const} */ ("gap"), from: seconds(gap.started_at), to: gap.ended_at ? seconds(gap.ended_at) : to, text: say("chart.mark_gap", { source: gap.source, reason: gap.reason }) })),
    ...marks.spikes.map((spike) => ({ kind: /** @type {const} */ ("spike"), from: seconds(spike.started_at), to: spike.resolved_at ? seconds(spike.resolved_at) : to, text: (spike.side ?? "") + say("chart.mark_spike", { signal: signalWords(spike.signal) }) })),
    ...marks.timeline.map((event) => ({ kind: /** @type {const} */ ("event"), from: seconds(event.at), to: seconds(event.at), text: event.text })),
  ];
  return all.filter((mark) => mark.from < to && mark.to >= from).sort((one, other) => one.from - other.from);
}

/** What lies over a stretch.
 * @param {Mark[]} marks
 * @param {number} from
 * @param {number} to
 */
export const over = (marks, from, to) => marks.filter((mark) => mark.from < to && (mark.to > from || mark.from >= from));

/** Marks nearer than a finger's width share one button; each takes the place of its first.
 * @param {Mark[]} marks
 * @param {(at: number) => number} x
 * @param {number} width
 * @returns {Cluster[]}
 */
export function clusters(marks, x, width) {
  /** @type {Cluster[]} */
  const found = [];
  for (const mark of marks) {
    if (mark.kind === "gap") continue;
    const at = Math.max(APART / 2, Math.min(width - APART / 2, x(mark.from)));
    const last = found.at(-1);
    if (last && at - last.x < APART) last.marks.push(mark);
    else found.push({ x: at, marks: [mark] });
  }
  return found;
}

/** Fills the row of buttons above a chart; a refresh that changes nothing leaves them alone.
 * @param {HTMLElement} place
 * @param {Cluster[]} found
 * @param {{starts: number[], ends: number[], t: number[]}} points
 * @param {{pick: (t: number) => void, hover: (t: number|null) => void}} events
 * @param {(at: number) => string} moment
 */
export function showMarkers(place, found, points, events, moment) {
  const same = JSON.stringify([found, points.t.length, points.t[0], moment(0)]);
  if (place.dataset.same === same) return;
  place.dataset.same = same;
  const held = [...place.children].indexOf(/** @type {Element} */ (document.activeElement));
  place.replaceChildren(...found.map(({ x, marks }) => {
    const spikes = marks.filter((mark) => mark.kind === "spike");
    const [first] = spikes.length ? spikes : marks;
    const index = nearest(points, first.from);
    const said = marks.map((mark) => `${mark.text}, ${moment(mark.from)}`).join("; ");
    const button = el("button", { type: "button", class: spikes.length ? "marker alarm" : "marker", "aria-label": say("chart.mark_open", { marks: said }) }, icon(spikes.length > 0));
    if (marks.length > 1) button.dataset.count = count(marks.length);  // drawn, not read: the label names each of them
    button.style.left = `${x - APART / 2}px`;
    if (index === null) button.disabled = true;
    else {
      const t = points.t[index];
      button.addEventListener("click", () => events.pick(t));
      button.addEventListener("pointerenter", () => events.hover(t));
      button.addEventListener("focus", () => events.hover(t));
      button.addEventListener("pointerleave", () => events.hover(null));
      button.addEventListener("blur", () => events.hover(null));
    }
    return button;
  }));
  const again = place.children[held];
  if (held >= 0 && again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** @param {boolean} spike */
const icon = (spike) => svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": true },
  svg("path", { d: spike ? "M6 11 .5 1.5h11z" : "M2 0v12H3.3V7.4H11L9 4.2 11 1H3.3V0z", fill: "currentColor" }));
