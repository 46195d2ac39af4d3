// @ts-check
// The key figures at the top: how many, how bad, of how many, since when, and whether to trust it.

import { find, say } from "./elements.js";
import { about, count, duration, moment, seconds, share, signalWords, since, zone } from "./format.js";
import { holes, missed, reading } from "./reading.js";
import { t } from "./words.js";

/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Watch} Watch */

const FIRING = ["firing", "escalated"];
const AHEAD = 120;  // clocks of platforms are not ours: so far ahead of us is no wrong clock

/**
 * @param {string} name
 * @param {string} value
 * @param {string} note
 * @param {string} [level] good, warn or bad
 */
function tile(name, value, note, level = "") {
  say(`f-${name}`, value);
  find(`f-${name}`).dataset.level = level;
  say(`f-${name}-note`, note || "\u00a0");
  find(`f-${name}-note`).title = note;
}

/** @param {import("./types.js").Share|null} part */
const interval = (part) => (part ? t("interval", { low: share(part.low), high: share(part.high) }) : t("no_share"));

const HOUR = 3600;

/** Cancel voices against what was expected: of the whole range, and of now.
 * @param {Series} data
 */
function cancelExpected(data) {
  const whole = data.totals.expected?.cancel;
  const now = data.t.length ? cancelNow(data) : t("no_echoes");
  return typeof whole === "number" ? t("expected_whole", { expected: about(whole), now }) : now;
}

/** Those of the last hour (or of the last step, if that is longer), against what was expected of just these
 * steps; the newest steps were not looked at yet, and are left out.
 * @param {Series} data
 */
function cancelNow(data) {
  const known = data.expected?.cancel?.expected ?? [];
  const last = known.findLastIndex((expected) => expected !== null);
  if (last < 0) return t("now_count", { n: data.cancel.at(-1) ?? 0, step: duration(data.step) });
  const first = Math.max(0, last + 1 - Math.max(1, Math.round(HOUR / data.step)));
  let [count_, expected, steps] = [0, 0, 0];
  for (let i = first; i <= last; i += 1) {
    const here = known[i];
    if (here === null) continue;
    count_ += data.cancel[i];
    expected += here;
    steps += 1;
  }
  return `${t("now_count", { n: count_, step: duration(steps * data.step) })}, ${t("expected", { expected: about(expected) })}`;
}

/** The figures of the range.
 * @param {Series} data
 * @param {Watch[]} watches that are counted
 */
export function showFigures(data, watches) {
  const { totals } = data;
  tile("posts", count(totals.posts), t("voices_echoes", { n: totals.voices, echoes: totals.posts - totals.voices }));
  tile("cancel", count(totals.cancel), cancelExpected(data));
  tile("share", totals.cancel_share ? share(totals.cancel_share.share) : "–", interval(totals.cancel_share));
  tile("negative", totals.negative_share ? share(totals.negative_share.share) : "–", interval(totals.negative_share));
  showMembers(data, watches);
}

/** The share of the member base is a floor: who posts need not be a member, and most members do not post.
 * @param {Series} data
 * @param {Watch[]} watches
 */
function showMembers(data, watches) {
  const people = data.totals.cancel_people;
  const known = typeof people === "number" ? people : data.totals.cancel;
  const words = typeof people === "number" ? "members_people" : "members_voices";
  const members = watches.every((watch) => watch.members) ? watches.reduce((sum, watch) => sum + (watch.members ?? 0), 0) : 0;
  if (!members) return tile("members", "–", t("members_unknown"));
  tile("members", share(known / members), t(words, { n: known, members }));
}

/** The state of the alarm is that of now, whatever the range; and nothing is quiet where nobody listens.
 * @param {import("./types.js").Spike[]} spikes
 * @param {Source[]} sources
 */
export function showAlarm(spikes, sources) {
  const firing = spikes.filter((spike) => !spike.resolved_at && FIRING.includes(spike.state)).toSorted((a, b) => seconds(a.started_at) - seconds(b.started_at));
  const pending = spikes.find((spike) => !spike.resolved_at);
  const { on, read, blind } = reading(sources);
  const since_ = (/** @type {import("./types.js").Spike} */ one) => moment(seconds(one.started_at));
  const now = (/** @type {import("./types.js").Spike} */ one) =>
    t(one.signal.startsWith("threshold:") ? "alarm.limit" : "alarm.now", { signal: signalWords(one.signal), count: one.count, expected: about(one.expected) });
  if (firing.length) {
    const state = firing.some((spike) => spike.state === "escalated") ? "escalated" : "firing";
    tile("alarm", t(`alarm.${state}`), t("alarm.since", { signals: firing.map(now).join(" · "), at: since_(firing[0]) }), "bad");
  } else if (pending) {
    tile("alarm", t("alarm.pending"), t("alarm.since", { signals: now(pending), at: since_(pending) }), "warn");
  } else if (on.length && blind) {
    tile("alarm", t("alarm.unknown"), t("alarm.unread", { read: read.length, n: on.length }), "warn");
  } else {
    const [last] = spikes;
    tile("alarm", t("alarm.quiet"), last ? t("alarm.last", { at: since_(last) }) : t("alarm.none"), "good");
  }
}

/**
 * @param {Series} data
 * @param {Source[]} sources
 */
export function showCoverage(data, sources) {
  const { on, read: good, failing, late } = reading(sources);
  const notes = [];
  if (!on.length) notes.push(t("coverage.none_on"));
  for (const [name, found] of Object.entries({ failing, late })) {
    if (found.length) notes.push(t(`coverage.${name}`, { names: found.map((source) => source.source).join(", ") }));
  }
  if (!notes.length) notes.push(t(good.length === on.length ? "coverage.all" : "coverage.some"));
  const missing = missed(holes(data));
  if (missing) notes.push(t("coverage.gap", { length: duration(missing), names: [...new Set(data.gaps.map((gap) => gap.source))].join(", ") }));
  const level = failing.length || late.length ? "bad" : missing || good.length < on.length || !on.length ? "warn" : "good";
  tile("coverage", on.length ? t("coverage.of", { good: good.length, n: on.length }) : "–", notes.join("; "), level);
}

/** @param {Series} series */
export function showNewest(series) {
  const at = series.newest;
  const ahead = at !== null && at > Date.now() / 1000 + AHEAD;
  find("newest").dataset.level = ahead ? "warn" : "";
  if (at === null) return say("newest", t("newest_none"));
  if (ahead) return say("newest", t("newest_ahead", { at: moment(at), ago: since(at) }));
  say("newest", t("newest_at", { at: moment(at), ago: since(at), step: duration(series.step), zone }));
}
