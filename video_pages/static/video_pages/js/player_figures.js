/* Tells the site every 15 seconds, and on leaving, which seconds of the film were played: for its figures, and nothing
   waits for it. Loaded when a film begins to play.
   data-watched-url   of the frame: where it is told */

import { arrival } from "./arrival.js";
import { PlayedRanges } from "./player_ranges.js";

const EVERY_MS = 15000;
const MOST_RANGES = 50; // a message of 4 KB holds more

/** Follow the `player`, whose film has begun to play at `from` seconds. */
export function bindFigures({ frame, video, askAtOnce }, from) {
  const played = new PlayedRanges(from);

  const follow = () => {
    if (video.seeking) {
      return;
    }
    played.follow(video.currentTime, video.paused);
    if (played.ranges.length >= MOST_RANGES) {
      tell();
    }
  };

  /** The message of what was played since the last one, or null for nothing. */
  const message = () => {
    const ranges = played.take();
    return ranges.length
      ? new Blob([JSON.stringify({ ranges, referrer: arrival() })], { type: "application/json" })
      : null;
  };

  /** On leaving the page: the browser sends it, and nobody sees the answer. */
  const tellOnLeaving = () => {
    const body = message();
    if (body) {
      navigator.sendBeacon(frame.dataset.watchedUrl, body);
    }
  };

  const tell = async () => {
    const body = message();
    if (!body) {
      return;
    }
    try {
      const answer = await fetch(frame.dataset.watchedUrl, { method: "POST", body, keepalive: true });
      if (answer.status === 403) {
        askAtOnce(); // has access ended, or does something else dislike the message?
      }
    } catch {
      // The connection is gone: these seconds are not counted.
    }
  };

  video.addEventListener("timeupdate", follow);
  for (const name of ["pause", "ended"]) {
    video.addEventListener(name, () => {
      follow();
      played.close();
    });
  }
  // Their position is where the film is taken to, or nowhere: what was played ends where it was seen last.
  for (const name of ["seeking", "emptied"]) {
    video.addEventListener(name, () => played.close());
  }
  video.addEventListener("ended", tell);
  window.addEventListener("pagehide", tellOnLeaving);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      tellOnLeaving();
    }
  });
  setInterval(tell, EVERY_MS);
}
