/* The player: media-chrome's frame and seek bar around the one <video id="player">, and everything that this
   folder's player_*.js add. Until these modules run, and without them, the browser's own controls play the film.
   data-player   the frame; data-id names the film, data-duration is its length in seconds */

import "media-chrome/media-controller";
import "media-chrome/media-time-range";
import { bindCaptions } from "./player_captions.js";
import { bindChapters } from "./player_chapters.js";
import { bindControls } from "./player_controls.js";
import { bindKeys } from "./player_keys.js";
import { bindMemory } from "./player_memory.js";
import { bindQuality } from "./player_quality.js";
import { Source } from "./player_source.js";
import { bindTrouble } from "./player_trouble.js";

/** From when it first plays, tell what is played; see player_figures.js, which nobody has to wait for. */
function bindBeat(player) {
  const { frame, video } = player;
  const begin = async () => {
    const from = video.currentTime;
    const { bindFigures } = await import("./player_figures.js");
    bindFigures(player, from);
  };
  if (!frame.dataset.watchedUrl) {
    // An editor, a preview, or somebody who asks not to be followed.
  } else if (video.paused) {
    video.addEventListener("play", begin, { once: true });
  } else {
    begin();
  }
}

/** From when it first plays, ask whether access lasts; see player_watch.js. A script that did not come is tried again. */
function bindLaterWatch(player) {
  const { video } = player;
  const answeredAt = performance.now();
  let ask = null;
  const begin = async () => {
    try {
      const { bindWatch } = await import("./player_watch.js");
      ask = bindWatch(player, answeredAt);
    } catch {
      video.addEventListener("play", begin, { once: true });
    }
  };
  if (video.paused) {
    video.addEventListener("play", begin, { once: true });
  } else {
    begin();
  }
  /** Ask at once whether access has ended, while the film plays. */
  player.askAtOnce = () => ask?.();
}

async function start(frame, video) {
  const source = new Source(video, frame.dataset.statusUrl);
  const player = {
    frame,
    video,
    source,
    /** The film's length in seconds, also before anything of it is loaded. */
    get duration() {
      return Number.isFinite(video.duration) ? video.duration : Number(frame.dataset.duration);
    },
    /** Go to `seconds`, within the film. */
    seek(seconds) {
      video.currentTime = Math.max(0, Math.min(seconds, this.duration || seconds));
      frame.dispatchEvent(new Event("player-moved"));
    },
    toggle() {
      if (video.paused) {
        // Refused when the browser wants a gesture first, or when loading fails, which is told elsewhere.
        video.play().catch(() => {});
      } else {
        video.pause();
      }
    },
    /** Tell `words` on the picture, and to who can't see it. */
    say(words) {
      frame.querySelector("[data-player-said]").textContent = words;
    },
  };
  bindTrouble(player);
  bindLaterWatch(player);
  bindControls(player);
  bindChapters(player);
  bindCaptions(player);
  bindQuality(player);
  bindKeys(player);
  if (navigator.maxTouchPoints > 0) {
    import("./player_touch.js").then(({ bindTouch }) => bindTouch(player));
  }
  bindBeat(player);
  await source.open();
  bindMemory(player);
  frame.setAttribute("aria-label", frame.dataset.label);
  frame
    .querySelector("[data-player-seek]")
    .range.setAttribute("aria-label", frame.querySelector("[data-player-seek]").dataset.label);
  video.removeAttribute("controls");
  frame.dataset.ready = "";
}

const frame = document.querySelector("[data-player]");
const video = document.getElementById("player");
if (frame && video) {
  start(frame, video);
}
