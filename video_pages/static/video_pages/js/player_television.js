/* The television: what finds receivers is loaded once the video has played a little, so that it delays no first frame, in
   browsers that know AirPlay or Remote Playback.
   data-player-television   the button, hidden while there is no receiver */

import { formatTime } from "./time_format.js";

const LATER_MS = 2000;
const isPossible = () => "WebKitPlaybackTargetAvailabilityEvent" in window || "remote" in HTMLMediaElement.prototype;

export function bindTelevision(player) {
  const { frame, video, source, signal } = player;
  const button = frame.querySelector("[data-player-television]");
  if (!button || !source.statusUrl || !isPossible()) {
    return;
  }
  const begin = async () => {
    try {
      const { watchReceivers } = await import("./television.js");
      if (!signal.aborted) {
        // Given, not imported there: what both import would be a file of its own, which the controls would wait for.
        watchReceivers(player, button, formatTime);
      }
    } catch {
      // The connection is lost, or an update of the site has replaced the file: no button shows.
    }
  };
  const beginLater = () => setTimeout(begin, LATER_MS);
  if (video.paused || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
    video.addEventListener("playing", beginLater, { once: true });
  } else {
    beginLater();
  }
}
