// @ts-check
// Hears from the server what changed; while the connection is lost, asks by itself now and then.

const FALLBACK = 15_000;

/**
 * @param {{changed: (parts: string[]) => void, state: (state: string, text: string) => void,
 *   failed: (detail: string) => void}} tell
 */
export function listen(tell) {
  /** @type {number|undefined} */
  let timer;
  /** @type {EventSource|undefined} */
  let stream;
  let greeted = false;
  const all = ["reactions", "spikes", "sources"];

  const connected = () => {
    clearInterval(timer);
    timer = undefined;
    tell.state("live", "Live");
    if (greeted) tell.changed(all);  // what happened while we did not listen
    greeted = true;
  };
  const lost = () => {
    tell.state("lost", "Connection lost, asking every 15 s");
    timer ??= window.setInterval(() => {
      tell.changed(all);
      if (stream?.readyState === EventSource.CLOSED) open();  // a refusal ends a stream for good
    }, FALLBACK);
  };
  const open = () => {
    stream?.close();
    stream = new EventSource("/api/v1/live");
    stream.addEventListener("hello", connected);
    stream.addEventListener("changed", (event) => tell.changed(JSON.parse(event.data).parts));
    stream.addEventListener("failed", (event) => tell.failed(JSON.parse(event.data).detail));
    stream.addEventListener("error", lost);
  };
  open();
}
