// @ts-check
// What people say about leaving, as the API names it: of those who cancel, the surest first, then the others.

export const CANCEL_STAGES = ["cancelled", "cancelling", "conditional", "considering", "seeking"];
export const STAGES = [...CANCEL_STAGES, "urging", "reported", "staying", "joining", "none"];
