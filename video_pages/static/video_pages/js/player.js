/* The player: media-chrome's frame and seek bar around <video id="player">, and what the modules player_*.js add.
   Until these modules run, and without them, the browser's own controls play the video.
   data-player   the frame; data-id identifies the video, data-duration is its duration in seconds */

import "media-chrome/media-controller";
import "media-chrome/media-time-range";
import { bindAccessCheck } from "./player_access_check.js";
import { bindCaptions } from "./player_captions.js";
import { bindChapters } from "./player_chapters.js";
import { bindClosing } from "./player_closing.js";
import { bindControls } from "./player_controls.js";
import { bindEnd } from "./player_end.js";
import { bindErrors } from "./player_errors.js";
import { bindKeys } from "./player_keys.js";
import { bindLabel } from "./player_label.js";
import { bindMessages } from "./player_messages.js";
import { bindMovedEnd } from "./player_moved_end.js";
import { bindPosition } from "./player_position.js";
import { bindProgramme } from "./player_programme.js";
import { bindQuality } from "./player_quality.js";
import { bindReview } from "./player_review.js";
import { Source } from "./player_source.js";
import { bindTelevision } from "./player_television.js";
import { bindTheatre } from "./player_theatre.js";
import { bindTouch } from "./player_touch.js";
import { bindWatchReports } from "./player_watch_reports.js";

/** Report what is watched once the video plays. Editors, previews and untracked browsers have no address for reports. */
function reportWatching(player) {
  const { frame, video } = player;
  const begin = () => {
    player.reportWatched = bindWatchReports(player, video.currentTime);
  };
  if (frame.dataset.watchReportUrl && video.paused) {
    video.addEventListener("play", begin, { once: true });
  } else if (frame.dataset.watchReportUrl) {
    begin();
  }
}

function start(frame, video) {
  const ending = new AbortController();
  const player = {
    frame,
    video,
    /** Aborted once another film takes the place of this one: listeners of the page and timers end with it. */
    signal: ending.signal,
    source: new Source(frame, video),
    /** The duration in seconds, also before the video is loaded. */
    get duration() {
      return Number.isFinite(video.duration) ? video.duration : Number(frame.dataset.duration);
    },
    /** Seek to `seconds`, within the video. */
    seek(seconds) {
      video.currentTime = Math.max(0, Math.min(seconds, this.duration || seconds));
      if (video.readyState === HTMLMediaElement.HAVE_NOTHING) {
        // Browsers fire no event before anything is loaded: media-chrome's bar would stay at 0.
        video.dispatchEvent(new Event("timeupdate"));
      }
      frame.dispatchEvent(new Event("playerseek"));
    },
    toggle() {
      if (video.paused) {
        // Rejected if the browser requires a gesture first, or if loading fails, which player_errors.js reports.
        video.play().catch(() => {});
      } else {
        video.pause();
      }
    },
    /** Do nothing any more: another film takes the place of this one. */
    close() {
      ending.abort();
      this.source.close();
    },
    /** Start the player that has taken the place of this one in the document. */
    startNext: startPlayer,
    ...bindMessages(frame, ending.signal),
  };
  frame.addEventListener(
    "mediaseekrequest",
    (event) => {
      // Of the seek bar: before anything is loaded, media-chrome would set a position that no event tells it of.
      if (video.readyState === HTMLMediaElement.HAVE_NOTHING) {
        event.stopImmediatePropagation();
        player.seek(event.detail);
      }
    },
    true,
  );
  bindErrors(player);
  /** Check at once whether access has ended, if the video plays. */
  player.checkAccess = bindAccessCheck(player, performance.now());
  bindMovedEnd(player, bindClosing(player, performance.now()));
  bindControls(player);
  bindProgramme(player);
  bindEnd(player);
  bindChapters(player);
  bindCaptions(player);
  bindQuality(player);
  bindReview(player);
  bindTheatre(player);
  bindKeys(player);
  if (navigator.maxTouchPoints > 0) {
    bindTouch(player);
  }
  bindLabel(player);
  bindTelevision(player);
  reportWatching(player);
  player.source.open();
  bindPosition(player);
  frame.setAttribute("aria-label", frame.dataset.label);
  const seekBar = frame.querySelector("[data-player-seek]");
  seekBar.range.setAttribute("aria-label", seekBar.dataset.label);
  video.removeAttribute("controls");
  frame.dataset.ready = "";
  frame.player = player; // for the console, and for tests
}

/** Start the player of this document, if it has one that does not run yet. */
export function startPlayer() {
  const frame = document.querySelector("[data-player]");
  const video = document.getElementById("player");
  if (frame && video && !frame.player) {
    start(frame, video);
  }
}

startPlayer();
