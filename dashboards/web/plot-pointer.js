// @ts-check
// Hands on a chart: mouse, finger and keys. A finger that moves up or down still scrolls the page.

const DRAG = 8;  // pixels before a press is a drag
const TWICE = 250;  // milliseconds in which a second press makes it a double click
const NEAR = 24;

/** Positions are pixels from the left of what is plotted.
 * @typedef {{point(x: number|null): void, pick(): void, at(): number|null, select(from: number, to: number): void, zoom(from: number, to: number): void,
 *   zoomOut(): void, move(by: number): void, end(last: boolean): void, leave(): void}} Hands */

/**
 * @param {HTMLElement} place
 * @param {Hands} hands
 */
export function listen(place, hands) {
  pointers(place, hands);
  place.addEventListener("keydown", (event) => {
    if (key(event, hands)) event.preventDefault();
  });
  place.addEventListener("blur", () => hands.leave());
}

/**
 * @param {HTMLElement} place
 * @param {Hands} hands
 */
function pointers(place, hands) {
  /** @type {{x: number, id: number, dragged: boolean, near: boolean}|null} */
  let press = null;
  /** @type {number|undefined} */
  let picking;
  const x = (/** @type {MouseEvent} */ event) => event.clientX - place.getBoundingClientRect().left;
  const stop = () => {
    press = null;
    hands.select(0, 0);
  };
  const hear = (/** @type {"pointerdown"|"pointermove"|"pointerup"|"pointercancel"|"pointerleave"} */ name, /** @type {(event: PointerEvent) => void} */ act) =>
    place.addEventListener(name, act);
  hear("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const shown = hands.at();
    press = { x: x(event), id: event.pointerId, dragged: false, near: shown !== null && Math.abs(shown - x(event)) < NEAR };
    if (event.pointerType === "mouse") place.setPointerCapture(event.pointerId);
    else hands.point(press.near ? shown : press.x);
  });
  hear("pointermove", (event) => {
    if (press && event.pointerId === press.id && Math.abs(x(event) - press.x) >= DRAG) press.dragged = true;
    if (press?.dragged) hands.select(Math.min(press.x, x(event)), Math.max(press.x, x(event)));
    else if (event.pointerType === "mouse") hands.point(x(event));
  });
  hear("pointerup", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const { x: from, dragged, near } = press;
    stop();
    if (dragged) return hands.zoom(Math.min(from, x(event)), Math.max(from, x(event)));
    if (event.pointerType !== "mouse" && !near) return;  // the first touch reads, the second opens
    clearTimeout(picking);
    picking = window.setTimeout(() => hands.pick(), TWICE);
  });
  hear("pointercancel", stop);
  hear("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !press) hands.leave();
  });
  place.addEventListener("dblclick", () => {
    clearTimeout(picking);
    hands.zoomOut();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" && event.target instanceof Node && !place.contains(event.target)) hands.leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && press) stop();
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Hands} hands
 * @returns {boolean} whether it meant something
 */
function key(event, hands) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const far = event.shiftKey ? 10 : 1;
  const steps = { ArrowLeft: -far, ArrowRight: far, PageUp: -10, PageDown: 10 }[event.key];
  if (steps) hands.move(steps);
  else if (event.key === "Home" || event.key === "End") hands.end(event.key === "End");
  else if (event.key === "Enter") hands.pick();
  else if (event.key === "Escape") hands.leave();
  else return false;
  return true;
}
