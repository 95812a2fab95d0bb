/* The keys, the same as in other players, and the dialog that lists them and can disable them.
   data-player-help, data-player-keys (the check box), data-player-keys-button */

import { toggleFullscreen } from "./player_controls.js";
import { loadSetting, saveSetting } from "./player_storage.js";

const SHORT_SKIP = 5; // seconds
const LONG_SKIP = 10; // seconds
const VOLUME_STEP = 0.05;

function actionsOf(player) {
  const { frame, video } = player;
  const changeVolume = (step) => () => {
    video.volume = Math.max(0, Math.min(1, video.volume + step));
    video.muted = false;
  };
  const skip = (seconds) => () => player.seek(video.currentTime + seconds);
  const map = {
    " ": player.toggle,
    k: player.toggle,
    j: skip(-LONG_SKIP),
    l: skip(LONG_SKIP),
    ArrowLeft: skip(-SHORT_SKIP),
    ArrowRight: skip(SHORT_SKIP),
    ArrowUp: changeVolume(VOLUME_STEP),
    ArrowDown: changeVolume(-VOLUME_STEP),
    m: () => {
      video.muted = !video.muted;
    },
    c: () => player.toggleCaptions?.(),
    f: () => toggleFullscreen(frame),
    t: () => player.toggleTheatre?.(),
    r: player.markPart,
    ",": () => player.stepFrames(-1),
    ".": () => player.stepFrames(1),
  };
  for (let tenth = 0; tenth <= 9; tenth += 1) {
    map[tenth] = () => player.seek((player.duration * tenth) / 10);
  }
  return map;
}

/** True if the focused element needs the key: fields need all keys, buttons and sliders those that operate them. */
function isNeeded(event, target) {
  if (target.closest("input:not([type=range]), textarea, select, dialog, form, [contenteditable], [role=menu]")) {
    return true;
  }
  const isPress = event.key === " " && target.closest("button, a, summary");
  return Boolean(isPress || (event.key.startsWith("Arrow") && target.closest("input[type=range]")));
}

/** Bind the dialog with the list of keys; return a function that says whether keys are used outside of the player. */
function bindHelp(help) {
  const checkbox = help.querySelector("[data-player-keys]");
  const button = document.querySelector("[data-player-keys-button]");
  checkbox.checked = loadSetting("keys", true);
  checkbox.addEventListener("change", () => saveSetting("keys", checkbox.checked));
  button.removeAttribute("data-unready");
  button.addEventListener("click", () => help.showModal());
  return () => checkbox.checked;
}

export function bindKeys(player) {
  const { frame, signal } = player;
  const help = document.querySelector("[data-player-help]");
  const isUsed = help ? bindHelp(help) : () => true; // a frame of another site has no list of keys
  const map = actionsOf(player);
  if (help) {
    map["?"] = () => help.showModal();
  }
  document.addEventListener(
    "keydown",
    (event) => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isNeeded(event, target)) {
        return;
      }
      const isInPlayer = target === document.body || target.closest(".player-page, main");
      // Up and down scroll the page, unless the player has the focus.
      const isScroll = /^(ArrowUp|ArrowDown)$/.test(event.key) && !frame.contains(target);
      const action = map[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action || !isInPlayer || isScroll || frame.inert || (!isUsed() && !frame.contains(target))) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      action();
    },
    { capture: true, signal },
  );
}
