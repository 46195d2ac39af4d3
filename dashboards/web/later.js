// @ts-check
// What a page needs only once somebody asks for it. One module, so that a bundled page is cut into three pieces, not ten.

export { Correct } from "./correct.js";
export { showEmpty } from "./empty.js";
export { actions } from "./panel-actions.js";
export { openRangePicker } from "./range-picker.js";
export { table } from "./table.js";
