// @ts-check
// The shapes that the API answers with, as far as the page reads them; /api/v1/openapi.json has them all.

/** @typedef {{at: string, text: string}} Moment */
/** @typedef {{name: string, title: string, enabled: boolean, simulated: boolean, members: number|null,
 *   extent: {first: number, last: number}|null, timeline: Moment[], sources: string[], langs: string[],
 *   concerns: Record<string, string>}} Watch */
/** @typedef {{share: number, low: number, high: number}} Share */
/** @typedef {{posts: number, voices: number, negative: number, neutral: number, positive: number, cancel: number}} Counts */
/** @typedef {Counts & {cancel_share: Share|null, negative_share: Share|null, by_stage: Record<string, number>,
 *   by_source: Record<string, Counts>, by_lang: Record<string, Counts>, by_stance?: {against: number, for: number},
 *   expected?: Record<string, number|null>, cancel_people?: number|null,
 *   concerns: Record<string, {posts: number, cancel: number}>}} Totals */
/** @typedef {{source: string, started_at: string, ended_at: string|null, reason: string}} Gap */
/** @typedef {{id: number, signal: string, state: string, started_at: string, resolved_at: string|null, count: number,
 *   expected: number, explanation: string}} Spike */
/** @typedef {(number|null)[]} Column */
/** @typedef {{watch: string, from: number, to: number, step: number, newest: number|null, simulated: boolean, t: number[],
 *   unfinished: number|null, posts: number[], negative: number[], neutral: number[], positive: number[], cancel: number[],
 *   voices?: number[], stages?: Record<string, number[]>, stances?: {against: number[], for: number[]},
 *   sources?: Record<string, number[]>, langs?: Record<string, number[]>, concerns?: Record<string, number[]>,
 *   cancel_share?: {share: Column, low: Column, high: Column},
 *   expected?: Record<string, {expected: Column, low: Column, high: Column}>,
 *   totals: Totals, gaps: Gap[], spikes: Spike[], timeline: Moment[]}} Series */
/** @typedef {{start: number, end: number, text: string, rule: string}} Evidence */
/** @typedef {{stage: string|null, sentiment: string|null, stance: string|null, concerns: string[]|null,
 *   voice: boolean|null, note: string|null, by: string|null, corrected_at: string}} Correction */
/** @typedef {{id: number, created_at: string, source: string, platform: string, lang: string, text: string,
 *   url: string|null, edited_at: string|null, sentiment: string, compound: number, stage: string, cancel: boolean,
 *   stance: string, concerns: string[], evidence: Evidence[], speaker: string, voice: boolean, echo_of: number|null,
 *   correction: Correction|null, machine: {stage: string, sentiment: string, stance: string, concerns: string[],
 *   voice: boolean}}} Post */
/** @typedef {{posts: Post[], before: string|null}} Posts */
/** @typedef {{source: string, type: string, state: string, read_at: string|null, failures: number,
 *   last_error: string|null, posts: number, lag_seconds: number|null, gaps_open: number,
 *   dead_letters: number}} Source */

export {};
