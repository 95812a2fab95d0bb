/* The buttons on the bar: play, sound, time, speed, picture in picture, full screen.
   data-player-play, -mute, -volume, -now, -length, -pip, -full   and data-player-menu="speed" */

import { bindMenu } from "./player_menu.js";
import { keep, recall } from "./player_storage.js";
import { clock } from "./player_time.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Ask media-chrome, which knows each browser's way, for full screen or picture in picture. */
export function request(frame, name) {
  frame.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
}

export function toggleFull(frame) {
  request(
    frame,
    frame.hasAttribute("mediaisfullscreen") ? "mediaexitfullscreenrequest" : "mediaenterfullscreenrequest",
  );
}

function bindPlay({ frame, video, toggle }) {
  const buttons = frame.querySelectorAll("[data-player-play]");
  const show = () => {
    for (const button of buttons) {
      button.setAttribute("aria-label", video.paused ? button.dataset.play : button.dataset.pause);
    }
  };
  buttons.forEach((button) => button.addEventListener("click", toggle));
  for (const name of ["play", "pause", "ended", "emptied"]) {
    video.addEventListener(name, show);
  }
}

function bindSound({ frame, video }) {
  const button = frame.querySelector("[data-player-mute]");
  const slider = frame.querySelector("[data-player-volume]");
  button.addEventListener("click", () => {
    video.muted = !video.muted;
  });
  slider.addEventListener("input", () => {
    video.volume = slider.valueAsNumber;
    video.muted = false;
  });
  const show = () => {
    const isSilent = video.muted || !video.volume;
    frame.toggleAttribute("data-silent", isSilent);
    button.setAttribute("aria-label", isSilent ? button.dataset.unmute : button.dataset.mute);
    slider.value = isSilent ? 0 : video.volume;
  };
  video.addEventListener("volumechange", show);
  show();
}

function bindTime(player) {
  const { frame, video } = player;
  const show = () => {
    frame.querySelector("[data-player-now]").textContent = clock(video.currentTime);
    frame.querySelector("[data-player-length]").textContent = clock(player.duration);
  };
  video.addEventListener("timeupdate", show);
  video.addEventListener("durationchange", show);
  frame.addEventListener("player-moved", show);
  show();
}

function bindSpeed({ frame, video }) {
  const menu = bindMenu(frame, "speed", {
    groups: () => [SPEEDS.map((speed) => ({ words: `${speed}×`, value: speed, chosen: speed === video.playbackRate }))],
    choose(speed) {
      video.playbackRate = speed;
      video.defaultPlaybackRate = speed; // what a newly loaded film begins with
      keep("speed", speed);
    },
  });
  const kept = recall("speed", 1);
  if (SPEEDS.includes(kept)) {
    video.defaultPlaybackRate = kept;
    video.playbackRate = kept;
  }
  const show = () => menu.show(`${video.playbackRate}×`);
  video.addEventListener("ratechange", show);
  show();
}

function bindScreens({ frame, video }) {
  const full = frame.querySelector("[data-player-full]");
  full.addEventListener("click", () => toggleFull(frame));
  video.addEventListener("dblclick", () => toggleFull(frame));
  frame.addEventListener("mediaisfullscreen", ({ detail }) => {
    full.setAttribute("aria-label", detail ? full.dataset.leave : full.dataset.enter);
  });
  const pip = frame.querySelector("[data-player-pip]");
  pip.hidden = !document.pictureInPictureEnabled;
  pip.addEventListener("click", () => {
    const isPip = document.pictureInPictureElement === video;
    (isPip ? document.exitPictureInPicture() : video.requestPictureInPicture()).catch(() => {});
  });
}

export function bindControls(player) {
  bindPlay(player);
  bindSound(player);
  bindTime(player);
  bindSpeed(player);
  bindScreens(player);
}
