// @ts-check
// The shapes that the API answers with, as far as the page reads them; /api/v1/openapi.json has them all.

/** @typedef {{at: string, text: string}} Moment */
/** @typedef {{name: string, signal: string, more_than: number|null, share_above: number|null}} Threshold */
/** @typedef {{name: string, title: string, enabled: boolean, simulated: boolean, members: number|null,
 *   extent: {first: number, last: number}|null, timeline: Moment[], sources: string[], langs: string[],
 *   concerns: Record<string, string>, thresholds: Threshold[]}} Watch */
/** @typedef {{share: number, low: number, high: number}} Share */
/** @typedef {{posts: number, voices: number, negative: number, neutral: number, positive: number, cancel: number}} Counts */
/** @typedef {Counts & {cancel_share: Share|null, negative_share: Share|null, by_stage: Record<string, number>,
 *   by_source: Record<string, Counts>, by_lang: Record<string, Counts>,
 *   expected?: Record<string, number|null>, cancel_people?: number|null,
 *   concerns: Record<string, {posts: number, cancel: number}>}} Totals */
/** @typedef {{source: string, started_at: string, ended_at: string|null, reason: string}} Gap */
/** @typedef {{id: number, signal: string, state: string, started_at: string, resolved_at: string|null, count: number,
 *   told_count: number|null, window_s: number, expected: number, explanation: string}} Spike */
/** @typedef {{name: string, count: number, share: number}} Part */
/** @typedef {{window?: {from: string, to: string, seconds: number}, baseline_days?: number, coverage?: number,
 *   gaps?: {source: string, from: string, to: string}[], voices?: number, echoes?: number, dashboard?: string,
 *   concerns?: {name: string, count: number, before: number}[], sources?: Part[], languages?: Part[],
 *   posts?: {id: number, url: string|null, text?: string}[]}} Details */
/** @typedef {Spike & {watch: string, changed_at: string, window_s: number, score: number,
 *   details: Details|null, held: string|null, acknowledged_at: string|null,
 *   acknowledged_by: string|null}} FullSpike */
/** @typedef {{id: number, watch: string|null, signal: string|null, starts_at: string, ends_at: string, comment: string,
 *   created_by: string|null, created_at: string}} Silence */
/** @typedef {{id: number, spike_id: number, watch: string, endpoint: string, event: string,
 *   state: string, created_at: string, attempts: number, next_attempt_at: string|null, delivered_at: string|null,
 *   last_status: number|null, last_error: string|null}} Delivery */
/** @typedef {{watch: string, name: string, kind: string, host: string|null, signals: string[], events: string[],
 *   fallback: boolean, state: string, reason: string|null,
 *   last_success: string|null, waiting: number, given_up: number}} Endpoint */
/** @typedef {(number|null)[]} Column */
/** @typedef {{watch: string, also: string[], from: number, to: number, step: number, newest: number|null, simulated: boolean, t: number[],
 *   unfinished: number|null, posts: number[], negative: number[], neutral: number[], positive: number[], cancel: number[],
 *   voices?: number[], stages?: Record<string, number[]>, stances?: {against: number[], for: number[]},
 *   sources?: Record<string, number[]>, langs?: Record<string, number[]>, concerns?: Record<string, number[]>,
 *   cancel_share?: {share: Column, low: Column, high: Column},
 *   expected?: Record<string, {expected: Column, low: Column, high: Column}>,
 *   totals: Totals, gaps: Gap[], spikes: Spike[], timeline: Moment[]}} Series */
/** @typedef {{start: number, end: number, text: string|null, rule: string, family: string|null}} Evidence */
/** @typedef {{stage: string|null, sentiment: string|null, stance: string|null, concerns: string[]|null,
 *   voice: boolean|null, note: string|null, by: string|null, corrected_at: string}} Correction */
/** @typedef {{id: number, created_at: string, source: string, platform: string, lang: string, text: string|null, let_go_at: string|null,
 *   url: string|null, sentiment: string, compound: number, score: number, stage: string, cancel: boolean,
 *   stance: string, concerns: string[], evidence: Evidence[], voice: boolean,
 *   correction: Correction|null, machine: {stage: string, sentiment: string, stance: string, concerns: string[],
 *   voice: boolean}}} Post */
/** @typedef {{posts: Post[], before: string|null}} Posts */
/** @typedef {{watch: string, source: string, type: string, state: string, read_at: string|null,
 *   covered_until: string|null, next_due_at: string|null, caught_up: boolean, failures: number,
 *   last_error: string|null, posts: number, unrelated: number, lag_seconds: number|null, gaps_open: number,
 *   dead_letters: number}} Source */
/** @typedef {{id: number, watch: string, source: string, raw: string, reason: string,
 *   died_at: string}} DeadLetter */
/** @typedef {{posts: number, reserved: number, cap: number, left: number, requests: number, micros: number}} Spent */
/** @typedef {{account: string, level: string, until: string|null, day: Spent, month: Spent,
 *   forecast_posts: number}} Budget */
/** @typedef {{source: string, started_at: string, ended_at: string, posts: number}} Volume */

export {};
