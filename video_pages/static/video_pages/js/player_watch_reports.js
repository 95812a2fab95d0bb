/* Watch reports: every 15 seconds, and when the page is left, the player reports which seconds were played, for the
   statistics.
   data-watch-report-url   of the frame: the address for reports */

import { PlayedRanges } from "./player_ranges.js";
import { referrerHost } from "./referrer.js";

const INTERVAL_MS = 15000;
const MAX_RANGES = 50; // a report of 4 KB holds more

/** Report on `player`, whose video has begun to play at `from` seconds; return a function that reports at once. */
export function bindWatchReports({ frame, video, checkAccess, signal }, from) {
  const played = new PlayedRanges(from);

  const follow = () => {
    if (video.seeking) {
      return;
    }
    played.follow(video.currentTime, video.paused);
    if (played.ranges.length >= MAX_RANGES) {
      send();
    }
  };

  /** Return the report on the time since the last one, or null if nothing was played. */
  const takeReport = () => {
    const ranges = played.take();
    return ranges.length
      ? new Blob([JSON.stringify({ ranges, referrer: referrerHost() })], { type: "application/json" })
      : null;
  };

  /** When the page is left, the browser sends the report, and no script gets the answer. */
  const sendOnLeaving = () => {
    const body = takeReport();
    if (body) {
      navigator.sendBeacon(frame.dataset.watchReportUrl, body);
    }
  };

  const send = async () => {
    const body = takeReport();
    if (!body) {
      return;
    }
    try {
      const answer = await fetch(frame.dataset.watchReportUrl, { method: "POST", body, keepalive: true });
      if (answer.status === 403) {
        checkAccess(); // access may have ended; there are other reasons for a 403
      }
    } catch {
      // The connection is lost: these seconds are not counted.
    }
  };

  video.addEventListener("timeupdate", follow);
  for (const name of ["pause", "ended"]) {
    video.addEventListener(name, () => {
      follow();
      played.close();
    });
  }
  // In these events the position is the target of a seek, or 0: the range ends at the last known position.
  for (const name of ["seeking", "emptied"]) {
    video.addEventListener(name, () => played.close());
  }
  video.addEventListener("ended", send);
  window.addEventListener("pagehide", sendOnLeaving, { signal });
  document.addEventListener("visibilitychange", () => document.hidden && sendOnLeaving(), { signal });
  const timer = setInterval(send, INTERVAL_MS);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    send();
  });
  return send;
}
