/* The buttons on the bar: play, volume, time, speed, picture in picture, full screen.
   data-player-play, -mute, -volume, -time, -duration, -pip, -fullscreen, and data-player-menu="speed" */

import { language } from "./local_time.js";
import { bindMenu } from "./player_menu.js";
import { loadSetting, saveSetting } from "./player_storage.js";
import { formatTime } from "./time_format.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const FACTOR = new Intl.NumberFormat(language);

/** Send a request to media-chrome, which knows the interfaces of all browsers. */
export function request(frame, name) {
  frame.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
}

export function toggleFullscreen(frame) {
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

function bindVolume({ frame, video }) {
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
    const isMuted = video.muted || !video.volume;
    frame.toggleAttribute("data-muted", isMuted);
    button.setAttribute("aria-label", isMuted ? button.dataset.unmute : button.dataset.mute);
    slider.value = isMuted ? 0 : video.volume;
  };
  video.addEventListener("volumechange", show);
  show();
}

function bindTime(player) {
  const { frame, video } = player;
  const show = () => {
    frame.querySelector("[data-player-time]").textContent = formatTime(video.currentTime);
    frame.querySelector("[data-player-duration]").textContent = formatTime(player.duration);
  };
  video.addEventListener("timeupdate", show);
  video.addEventListener("durationchange", show);
  frame.addEventListener("playerseek", show);
  show();
}

const nameOf = (speed) => `${FACTOR.format(speed)}×`;

function bindSpeed({ frame, video, source }) {
  const menu = bindMenu(frame, "speed", {
    groups() {
      const items = SPEEDS.map((speed) => ({
        label: nameOf(speed),
        value: speed,
        isChecked: speed === video.playbackRate,
      }));
      return [{ items }];
    },
    choose(speed) {
      video.playbackRate = speed;
      video.defaultPlaybackRate = speed; // the speed after the next load
      saveSetting("speed", speed);
    },
  });
  // A speed chosen in the browser's own controls comes first.
  const isChosen = source.hasStarted && video.playbackRate !== video.defaultPlaybackRate;
  const initial = isChosen ? video.playbackRate : loadSetting("speed", 1);
  if (isChosen || SPEEDS.includes(initial)) {
    video.defaultPlaybackRate = initial;
    video.playbackRate = initial;
  }
  const show = () => menu.setLabel(nameOf(video.playbackRate));
  video.addEventListener("ratechange", show);
  show();
}

function bindDisplayModes({ frame, video }) {
  const fullscreen = frame.querySelector("[data-player-fullscreen]");
  fullscreen.addEventListener("click", () => toggleFullscreen(frame));
  video.addEventListener("dblclick", () => toggleFullscreen(frame));
  frame.addEventListener("mediaisfullscreen", ({ detail }) => {
    fullscreen.setAttribute("aria-label", detail ? fullscreen.dataset.leave : fullscreen.dataset.enter);
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
  bindVolume(player);
  bindTime(player);
  bindSpeed(player);
  bindDisplayModes(player);
}
