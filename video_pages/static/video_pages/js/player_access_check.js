/* While a video plays from the buffer, no request would show that access has ended. So the status is requested when no
   request has confirmed access for ten seconds. Only a 403 stops the video; after a lost connection, or while the site
   is busy or restarts, the buffer plays on. A video that waits for data meanwhile says so: where the server accepts
   connections and never answers, no error does. */

const INTERVAL_MS = 10_000;
const TIMEOUT_MS = 4_000; // a slower answer is dropped; the next request follows
const SILENT_CHECKS = 2; // without an answer, before a video that waits says so: one may be late on a slow line

/** Check the access of `player`, whose page was sent at `confirmedAt`; return a function that checks at once. */
export function bindAccessCheck({ video, source }, confirmedAt) {
  let timer;
  let isChecking = false;
  let silentChecks = 0;

  const schedule = () => {
    clearTimeout(timer);
    if (!video.paused) {
      timer = setTimeout(check, Math.max(0, confirmedAt + INTERVAL_MS - performance.now()));
    }
  };
  const confirm = () => {
    confirmedAt = performance.now();
    schedule();
  };

  async function check() {
    if (isChecking) {
      return;
    }
    isChecking = true;
    const startedAt = performance.now();
    let status = 0;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      status = (await fetch(source.statusUrl, { cache: "no-store", signal })).status;
    } catch {
      // No answer: nothing is known.
    }
    isChecking = false;
    confirmedAt = startedAt;
    silentChecks = status === 0 || status >= 500 ? silentChecks + 1 : 0;
    if (status === 403) {
      source.dispatch("playbackerror", "locked");
    } else {
      if (silentChecks >= SILENT_CHECKS && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) {
        source.dispatch("offline");
      }
      schedule();
    }
  }

  if (source.statusUrl) {
    video.addEventListener("play", schedule);
    video.addEventListener("pause", () => clearTimeout(timer));
    source.addEventListener("loaded", ({ detail }) => {
      if (detail.hasAccess) {
        confirm();
      }
    });
    schedule();
  }
  return () => {
    if (source.statusUrl && !video.paused) {
      check();
    }
  };
}
