/* For people who look closely: single frames, the whole film or a part of it again and again.
   data-frame-rate        of the frame: frames a second of the file, if they are known
   data-player-frames     the buttons for single frames, shown while the video is paused, for those who want them
   data-player-part       the button that names the part and ends its repetition
   data-player-menu="more", whose data attributes are the texts */

import { exactRate, frameAt } from "./frame_steps.js";
import { bindMenu, labelled } from "./player_menu.js";
import { loadSetting, saveSetting } from "./player_storage.js";
import { formatTime } from "./time_format.js";

const SHORTEST_PART = 0.2; // seconds
const NOTE_MS = 2500;

function bindFrames(player) {
  const { frame, video, source } = player;
  const rate = () => {
    const { levels, currentLevel } = source.api ?? {};
    return exactRate(levels?.[currentLevel]?.frameRate || Number(frame.dataset.frameRate));
  };
  player.stepFrames = (steps) => {
    if (rate()) {
      video.pause();
      player.seek(frameAt(video.currentTime, rate(), steps));
    }
  };
  for (const button of frame.querySelectorAll("[data-player-frames] > button")) {
    button.addEventListener("click", () => player.stepFrames(Number(button.dataset.steps)));
  }
  frame.toggleAttribute("data-shows-frames", loadSetting("frames", false));
  return Boolean(rate());
}

/** Bind the repetition of a part; return a function that says what the next press does: "from", "to" or "stop". */
function bindPart(player, texts) {
  const { frame, video } = player;
  const button = frame.querySelector("[data-player-part]");
  let from = null;
  let to = null;

  const say = (text) => player.showNote(text, NOTE_MS);
  const show = () => {
    button.hidden = to === null;
    if (to !== null) {
      button.textContent = `${formatTime(from)}–${formatTime(to)}`;
      button.setAttribute("aria-label", labelled(frame, texts.stop, button.textContent));
    }
  };
  const stop = () => {
    from = to = null;
    show();
  };
  // Events of the position come four times a second, which is too coarse for a part of some frames.
  const watch = () => {
    if (to !== null && !video.paused) {
      if (video.currentTime >= to && !video.seeking) {
        player.seek(from);
      }
      requestAnimationFrame(watch);
    }
  };
  const next = () => (from === null ? "from" : to === null ? "to" : "stop");

  player.markPart = () => {
    const here = video.currentTime;
    if (next() === "from") {
      from = here;
      say(texts.began.replace("%s", formatTime(here)));
    } else if (next() === "to" && Math.abs(here - from) >= SHORTEST_PART) {
      [from, to] = [Math.min(from, here), Math.max(from, here)];
      show();
      say(texts.repeats.replace("%s", button.textContent));
      watch();
    } else {
      stop();
      say(texts.stopped);
    }
  };
  button.addEventListener("click", () => {
    stop();
    frame.querySelector(".player__bar [data-player-play]").focus({ preventScroll: true });
  });
  video.addEventListener("play", watch);
  // The end of the film may come before the end of the part is seen.
  video.addEventListener("ended", () => {
    if (to !== null) {
      player.seek(from);
      video.play().catch(() => {});
    }
  });
  return next;
}

export function bindReview(player) {
  const { frame, video } = player;
  const texts = frame.querySelector("[data-player-menu=more]").dataset;
  const hasFrames = bindFrames(player);
  const nextOfPart = bindPart(player, texts);
  bindMenu(frame, "more", {
    groups() {
      const items = [
        { label: texts.film, value: "film", kind: "checkbox", isChecked: video.loop },
        { label: texts[nextOfPart()], value: "part", kind: "action" },
      ];
      if (hasFrames) {
        const isChecked = frame.hasAttribute("data-shows-frames");
        items.push({ label: texts.frames, value: "frames", kind: "checkbox", isChecked });
      }
      return [{ items }];
    },
    choose(what) {
      if (what === "film") {
        video.loop = !video.loop;
      } else if (what === "part") {
        player.markPart();
      } else {
        saveSetting("frames", frame.toggleAttribute("data-shows-frames"));
      }
    },
  });
}
