/* The start position: `?t=` of the address, or the last position in this browser, which the player offers.
   data-player-resume holds data-player-go-on and data-player-from-start */

import { keep, recall } from "./player_storage.js";
import { clock, momentOf } from "./player_time.js";

const FIRST_SECONDS = 5;
const KEPT_FILMS = 50;
const SAVE_MS = 3000;

function remember(player) {
  const { frame, video, source } = player;
  let saved = 0;
  let hasPlayed = !video.paused;
  // Chromium fills video.played by a seek alone.
  video.addEventListener("playing", () => {
    hasPlayed = true;
  });
  const save = () => {
    if (source.isMoving || !hasPlayed) {
      return;
    }
    saved = performance.now();
    const { [frame.dataset.id]: _old, ...others } = recall("positions", {});
    const left = player.duration - video.currentTime;
    const isWorthIt = video.currentTime >= FIRST_SECONDS && left > Math.min(15, player.duration * 0.05);
    const films = Object.entries(others).slice(1 - KEPT_FILMS);
    if (isWorthIt) {
      films.push([frame.dataset.id, Math.floor(video.currentTime)]);
    }
    keep("positions", Object.fromEntries(films));
  };
  video.addEventListener("timeupdate", () => {
    if (performance.now() - saved > SAVE_MS) {
      save();
    }
  });
  for (const name of ["pause", "seeked", "ended"]) {
    video.addEventListener(name, save);
  }
  window.addEventListener("pagehide", save);
}

function offerToGoOn(player, seconds) {
  const { frame, video } = player;
  const box = frame.querySelector("[data-player-resume]");
  const goOn = frame.querySelector("[data-player-go-on]");
  goOn.textContent = goOn.dataset.words.replace("%s", clock(seconds));
  frame.toggleAttribute("data-asks", true);
  box.hidden = false;
  const answered = () => {
    frame.removeAttribute("data-asks");
    box.hidden = true;
  };
  goOn.addEventListener("click", () => {
    player.seek(seconds);
    player.toggle();
  });
  frame.querySelector("[data-player-from-start]").addEventListener("click", () => player.toggle());
  video.addEventListener("play", answered, { once: true });
  frame.addEventListener("player-moved", answered, { once: true });
}

export function bindMemory(player) {
  const moment = momentOf(new URLSearchParams(location.search).get("t"), player.duration);
  const kept = recall("positions", {})[player.frame.dataset.id];
  if (!player.video.paused) {
    // Already running: it stays where it is.
  } else if (moment !== null) {
    player.seek(moment);
  } else if (kept > 0 && !(kept >= player.duration)) {
    offerToGoOn(player, kept);
  }
  remember(player);
}
