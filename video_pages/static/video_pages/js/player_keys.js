/* The keys, as people know them from other players, and the dialog that lists and can switch them off.
   data-player-help, data-player-keys (the switch), data-player-keys-button */

import { toggleFull } from "./player_controls.js";
import { keep, recall } from "./player_storage.js";

const STEP = 5;
const LEAP = 10;
const LOUDER = 0.05;

function actions(player) {
  const { frame, video } = player;
  const louder = (step) => () => {
    video.volume = Math.max(0, Math.min(1, video.volume + step));
    video.muted = false;
  };
  const by = (seconds) => () => player.seek(video.currentTime + seconds);
  const map = {
    " ": player.toggle,
    k: player.toggle,
    j: by(-LEAP),
    l: by(LEAP),
    ArrowLeft: by(-STEP),
    ArrowRight: by(STEP),
    ArrowUp: louder(LOUDER),
    ArrowDown: louder(-LOUDER),
    m: () => {
      video.muted = !video.muted;
    },
    c: () => player.toggleCaptions?.(),
    f: () => toggleFull(frame),
  };
  for (let tenth = 0; tenth <= 9; tenth += 1) {
    map[tenth] = () => player.seek((player.duration * tenth) / 10);
  }
  return map;
}

/** True if the key belongs to what has the focus: fields take all, buttons and sliders those that press and move. */
function isTaken(event, target) {
  if (target.closest("input:not([type=range]), textarea, select, dialog, form, [contenteditable], [role=menu]")) {
    return true;
  }
  const presses = event.key === " " && target.closest("button, a, summary");
  return Boolean(presses || (event.key.startsWith("Arrow") && target.closest("input[type=range]")));
}

export function bindKeys(player) {
  const { frame } = player;
  const help = document.querySelector("[data-player-help]");
  const isOn = help.querySelector("[data-player-keys]");
  const button = document.querySelector("[data-player-keys-button]");
  const map = actions(player);
  isOn.checked = recall("keys", true);
  isOn.addEventListener("change", () => keep("keys", isOn.checked));
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  document.addEventListener(
    "keydown",
    (event) => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event, target)) {
        return;
      }
      const isOurs = target === document.body || target.closest(".player-page, main");
      // Up and down scroll the page, unless the player has the focus.
      const scrolls = /^(ArrowUp|ArrowDown)$/.test(event.key) && !frame.contains(target);
      const action =
        event.key === "?" ? () => help.showModal() : map[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action || !isOurs || scrolls || frame.inert || (!isOn.checked && !frame.contains(target))) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      action();
    },
    true,
  );
}
