// @ts-check
// Hears what changed. Browsers open six connections to a host over HTTP/1.1, so one tab listens for all: it holds a lock,
// and tells the others. When it closes, the next one gets the lock.

import { t } from "./words.js";

const FALLBACK = 15_000;
const NAME = "uproar-live";
const ALL = ["reactions", "spikes", "sources"];

/** @typedef {{changed: (parts: string[]) => void, state: (state: string, text: string) => void,
 *   failed: (detail: string) => void}} Tell */
/** @typedef {{kind: "changed"|"state"|"failed"|"who", value: any}} Message */

/**
 * @param {Tell} tell
 * @returns {() => void} ends it
 */
export function listen(tell) {
  const channel = new BroadcastChannel(NAME);
  const over = new AbortController();
  let state = "";
  const hear = (/** @type {Message} */ { kind, value }) => {
    if (kind === "changed") tell.changed(value);
    else if (kind === "failed") tell.failed(t("live.failed"));
    else if (kind === "state") tell.state(value, t(`live.${value}`));
  };
  const everybody = (/** @type {Message} */ message) => {
    if (message.kind === "state") state = message.value;
    channel.postMessage(message);
    hear(message);
  };
  channel.onmessage = ({ data }) => {
    if (data.kind !== "who") hear(data);
    else if (state) channel.postMessage({ kind: "state", value: state });
  };
  if (navigator.locks) {
    channel.postMessage({ kind: "who", value: null });
    navigator.locks.request(NAME, { signal: over.signal }, () => lead(everybody, over.signal)).catch(() => {});  // ended before its turn
  } else {
    whileSeen(hear, over.signal);  // a plain HTTP address that is not this machine has no locks
  }
  return () => {
    over.abort();
    channel.close();
  };
}

/**
 * Hold the stream until it is over.
 * @param {(message: Message) => void} tell
 * @param {AbortSignal} over
 * @returns {Promise<void>}
 */
function lead(tell, over) {
  /** @type {number|undefined} */
  let timer;
  /** @type {EventSource|undefined} */
  let stream;
  let greeted = false;
  const connected = () => {
    clearInterval(timer);
    timer = undefined;
    tell({ kind: "state", value: "live" });
    if (greeted) tell({ kind: "changed", value: ALL });  // what happened while we did not listen
    greeted = true;
  };
  const lost = () => {
    if (over.aborted) return;
    tell({ kind: "state", value: "lost" });
    timer ??= window.setInterval(() => {
      tell({ kind: "changed", value: ALL });
      if (stream?.readyState === EventSource.CLOSED) open();  // a refusal ends a stream for good
    }, FALLBACK);
  };
  const open = () => {
    stream?.close();
    stream = new EventSource("/api/v1/live");
    stream.addEventListener("hello", connected);
    stream.addEventListener("changed", (event) => tell({ kind: "changed", value: JSON.parse(event.data).parts }));
    stream.addEventListener("failed", () => tell({ kind: "failed", value: null }));
    stream.addEventListener("error", lost);
  };
  open();
  return new Promise((resolve) => over.addEventListener("abort", () => {
    clearInterval(timer);
    stream?.close();
    resolve();
  }));
}

/**
 * Without locks: only a tab that is looked at listens.
 * @param {(message: Message) => void} tell
 * @param {AbortSignal} over
 */
function whileSeen(tell, over) {
  /** @type {AbortController|undefined} */
  let held;
  const look = () => {
    held?.abort();
    held = undefined;
    if (document.hidden || over.aborted) return;
    held = new AbortController();
    lead(tell, held.signal);
  };
  document.addEventListener("visibilitychange", look, { signal: over });
  over.addEventListener("abort", look);
  look();
}
