/* The start position: `?t=` of the address, or the last position in this browser, which the player offers.
   data-player-resume contains data-player-continue and data-player-from-start */

import { watchPlayed } from "./player_played.js";
import { loadSetting, saveSetting } from "./player_storage.js";
import { formatTime, parseTime } from "./time_format.js";

const MIN_SECONDS = 5;
const MAX_VIDEOS = 50;
const SAVE_MS = 3000;

function storePosition(player) {
  const { frame, video, source, signal } = player;
  let savedAt = 0;
  const hasPlayed = watchPlayed(video);
  const save = () => {
    if (source.isRestoring || !hasPlayed()) {
      return;
    }
    savedAt = performance.now();
    const { [frame.dataset.id]: _old, ...others } = loadSetting("positions", {});
    const left = player.duration - video.currentTime;
    const isUseful = video.currentTime >= MIN_SECONDS && left > Math.min(15, player.duration * 0.05);
    const positions = Object.entries(others).slice(1 - MAX_VIDEOS);
    if (isUseful) {
      positions.push([frame.dataset.id, Math.floor(video.currentTime)]);
    }
    saveSetting("positions", Object.fromEntries(positions));
  };
  video.addEventListener("timeupdate", () => {
    if (performance.now() - savedAt > SAVE_MS) {
      save();
    }
  });
  for (const name of ["pause", "seeked", "ended"]) {
    video.addEventListener(name, save);
  }
  window.addEventListener("pagehide", save, { signal });
}

function offerPosition(player, seconds) {
  const { frame, video } = player;
  const box = frame.querySelector("[data-player-resume]");
  const button = frame.querySelector("[data-player-continue]");
  button.textContent = button.dataset.label.replace("%s", formatTime(seconds));
  frame.toggleAttribute("data-offers-resume", true);
  box.hidden = false;
  const hide = () => {
    frame.removeAttribute("data-offers-resume");
    box.hidden = true;
  };
  button.addEventListener("click", () => {
    player.seek(seconds);
    player.toggle();
  });
  frame.querySelector("[data-player-from-start]").addEventListener("click", () => player.toggle());
  video.addEventListener("play", hide, { once: true });
  frame.addEventListener("playerseek", hide, { once: true });
}

export function bindPosition(player) {
  const linked = parseTime(new URLSearchParams(location.search).get("t"), player.duration);
  const stored = loadSetting("positions", {})[player.frame.dataset.id];
  if (player.source.hasStarted) {
    // The browser's own controls have started it: its position stays.
  } else if (linked !== null) {
    player.seek(linked);
  } else if (stored > 0 && !(stored >= player.duration)) {
    offerPosition(player, stored);
  }
  storePosition(player);
}
