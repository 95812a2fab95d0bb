/* The player: media-chrome's frame and seek bar around <video id="player">, and what the modules player_*.js add.
   Until these modules run, and without them, the browser's own controls play the video.
   data-player   the frame; data-id identifies the video, data-duration is its duration in seconds */

import "media-chrome/media-controller";
import "media-chrome/media-time-range";
import { bindCaptions } from "./player_captions.js";
import { bindChapters } from "./player_chapters.js";
import { bindControls } from "./player_controls.js";
import { bindErrors } from "./player_errors.js";
import { bindKeys } from "./player_keys.js";
import { bindPosition } from "./player_position.js";
import { bindQuality } from "./player_quality.js";
import { Source } from "./player_source.js";

/** Call `begin` when the video first plays. */
function onFirstPlay(video, begin) {
  if (video.paused) {
    video.addEventListener("play", begin, { once: true });
  } else {
    begin();
  }
}

/** Load the watch reports when the video first plays. Editors, previews and untracked browsers have no address for them. */
function loadWatchReports(player) {
  const { frame, video } = player;
  if (frame.dataset.watchReportUrl) {
    onFirstPlay(video, async () => {
      const from = video.currentTime;
      const { bindWatchReports } = await import("./player_watch_reports.js");
      bindWatchReports(player, from);
    });
  }
}

/** Load the access check when the video first plays; at the next "play" again if the module did not load. */
function loadAccessCheck(player) {
  const { video } = player;
  const confirmedAt = performance.now();
  let check = null;
  const begin = async () => {
    try {
      const { bindAccessCheck } = await import("./player_access_check.js");
      check = bindAccessCheck(player, confirmedAt);
    } catch {
      video.addEventListener("play", begin, { once: true });
    }
  };
  onFirstPlay(video, begin);
  /** Check at once whether access has ended, if the video plays. */
  player.checkAccess = () => check?.();
}

async function start(frame, video) {
  const source = new Source(video, frame.dataset.statusUrl);
  const player = {
    frame,
    video,
    source,
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
    /** Show `text` on the video and announce it to screen readers. */
    showMessage(text) {
      frame.querySelector("[data-player-message]").textContent = text;
    },
  };
  bindErrors(player);
  loadAccessCheck(player);
  bindControls(player);
  bindChapters(player);
  bindCaptions(player);
  bindQuality(player);
  bindKeys(player);
  if (navigator.maxTouchPoints > 0) {
    import("./player_touch.js").then(({ bindTouch }) => bindTouch(player));
  }
  loadWatchReports(player);
  await source.open();
  bindPosition(player);
  frame.setAttribute("aria-label", frame.dataset.label);
  const seekBar = frame.querySelector("[data-player-seek]");
  seekBar.range.setAttribute("aria-label", seekBar.dataset.label);
  video.removeAttribute("controls");
  frame.dataset.ready = "";
}

const frame = document.querySelector("[data-player]");
const video = document.getElementById("player");
if (frame && video) {
  start(frame, video);
}
