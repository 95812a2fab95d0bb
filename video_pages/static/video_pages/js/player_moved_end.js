/* The end of the access, which the first playback can move: a watch window begins then, and a section stays open until the
   end of the film. So the status is requested once the film plays.
   data-end-moves       of the frame: the end may move
   data-player-until    shows the end on the page of the film; data-player-window what is said of it before playback */

import { writeLocalTimes } from "./local_time.js";
import { SHORT_MS, timedFetch } from "./timed_fetch.js";

/** Write the end `until`, an ISO date and time or null, into the page. */
function showEnd(until) {
  const shown = document.querySelector("[data-player-until]");
  if (!shown) {
    return;
  }
  document.querySelector("[data-player-window]")?.remove();
  shown.hidden = !until;
  if (until) {
    shown.querySelector("time").dateTime = until;
    writeLocalTimes();
  }
}

/** Return the status at `url`; null without an answer, or with one that refuses. */
async function requestEnd(url) {
  try {
    const answer = await timedFetch(url, { cache: "no-store" }, SHORT_MS);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Show the end of the access of `player` once it plays, and call `waitFor` with the seconds to it. */
export function bindMovedEnd({ frame, source, video, signal }, waitFor) {
  const follow = async () => {
    const since = performance.now();
    const status = await requestEnd(source.statusUrl);
    if (signal.aborted) {
      return; // the page shows another film
    }
    if (status?.closes_in) {
      waitFor(status.closes_in, since);
      showEnd(status.until);
    } else {
      onPlaying(); // another time
    }
  };
  const onPlaying = () => video.addEventListener("playing", follow, { once: true });
  if ("endMoves" in frame.dataset) {
    onPlaying();
  }
}
