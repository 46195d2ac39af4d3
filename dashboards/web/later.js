// @ts-check
// What a page needs only once somebody asks for it. One module, so that a page needs two pieces, not ten, and its words.

import { el } from "./elements.js";
import { given, learn } from "./words.js";

export { Correct } from "./correct.js";
export { showEmpty } from "./empty.js";
export { chosen } from "./legend-choice.js";
export { listKeys } from "./keys-list.js";
export { actions } from "./panel-actions.js";
export { menu } from "./panel-menu.js";
export { fill, spoken } from "./panel-reading.js";
export { shifted, wider } from "./range-moves.js";
export { openRangePicker } from "./range-picker.js";
export { table } from "./table.js";

/** What comes must not be seen without its style. */
function dress() {
  const link = el("link", { rel: "stylesheet", href: given.later.style });
  return new Promise((done) => {
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}
await Promise.all([learn(), dress()]);
