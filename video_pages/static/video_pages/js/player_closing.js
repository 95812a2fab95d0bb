/* The closing of a video, or the end of the access, while its page is open: at that moment the access is checked, so that
   the player stops there and not some seconds later; one that is paused then, when it plays again. The page in the answer
   says why. Shortly before, the player reports what was watched: a report that comes later is refused. */

const SPREAD_MS = 2000; // in which the players of one video check
const REPORT_BEFORE_MS = 1000; // so much before, or up to SPREAD_MS more
const LONGEST_MS = 3_600_000; // browsers run no timer of more than 24 days, and a laptop may sleep meanwhile

/** Call `act` at `moment` of performance.now(), or at once if it has passed; never once `signal` is aborted. */
function waitUntil(moment, act, signal) {
  const left = moment - performance.now();
  if (signal.aborted) {
    return;
  }
  if (left <= 0) {
    act();
    return;
  }
  const stop = () => clearTimeout(timer);
  const timer = setTimeout(
    () => {
      signal.removeEventListener("abort", stop);
      waitUntil(moment, act, signal);
    },
    Math.min(left, LONGEST_MS),
  );
  signal.addEventListener("abort", stop);
}

/**
 * Report and check the access of `player` at its closing; its page was sent at `sentAt`, in milliseconds of performance.now().
 * Return a function that waits for another end instead, in `seconds` from `since` on.
 */
export function bindClosing(player, sentAt) {
  const spread = Math.random() * SPREAD_MS;
  let waiting = new AbortController();

  const waitFor = (seconds, since) => {
    waiting.abort(); // the end has moved
    waiting = new AbortController();
    const { signal } = waiting;
    const moment = since + seconds * 1000;
    waitUntil(moment - REPORT_BEFORE_MS - spread, () => player.reportWatched?.(), signal);
    waitUntil(
      moment + spread,
      () => {
        player.checkAccess();
        player.video.addEventListener("play", player.checkAccess, { signal });
      },
      signal,
    );
  };
  player.signal.addEventListener("abort", () => waiting.abort());

  const seconds = Number(player.frame.dataset.closesIn);
  if (seconds) {
    waitFor(seconds, sentAt);
  }
  return waitFor;
}
