/* While the film plays from what is loaded, nothing would tell that access has ended: so the site is asked when it has not
   confirmed it for ten seconds. Only its own "no" ends the film. A connection that is gone, a site that is busy or
   restarting, do not: what is loaded plays on. */

const EVERY_MS = 10_000;
const PATIENCE_MS = 4_000; // an answer that takes longer is not waited for; the next question follows

/** Follow the `player`, whose page was answered at `confirmedAt`; returns a function that asks at once. */
export function bindWatch({ video, source }, confirmedAt) {
  let timer;
  let isAsking = false;

  const arm = () => {
    clearTimeout(timer);
    if (!video.paused) {
      timer = setTimeout(ask, Math.max(0, confirmedAt + EVERY_MS - performance.now()));
    }
  };
  const confirm = () => {
    confirmedAt = performance.now();
    arm();
  };

  async function ask() {
    if (isAsking) {
      return;
    }
    isAsking = true;
    const askedAt = performance.now();
    let status = 0;
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      status = (await fetch(source.statusUrl, { cache: "no-store", signal })).status;
    } catch {
      // Nobody answered: nothing is known.
    }
    isAsking = false;
    confirmedAt = askedAt;
    if (status === 403) {
      source.tell("trouble", "locked");
    } else {
      arm();
    }
  }

  if (source.statusUrl) {
    video.addEventListener("play", arm);
    video.addEventListener("pause", () => clearTimeout(timer));
    source.addEventListener("goes", confirm); // a piece of the film came through the same gate
    arm();
  }
  return () => {
    if (source.statusUrl && !video.paused) {
      ask();
    }
  };
}
