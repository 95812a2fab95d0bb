/* A disabled button whose label counts down to the time when it is enabled again. */

import { formatTime } from "./time_format.js";

const TICK_MS = 1000;
const running = new WeakMap();

/**
 * Disable `button` for `seconds`, a number or text; without seconds, change nothing.
 * The button's last element holds its label; data-wait="… %s" is the label while it is disabled.
 */
export function disableFor(button, seconds) {
  const wait = Number(seconds);
  if (!wait) {
    return;
  }
  clearInterval(running.get(button)?.timer);
  const label = button.lastElementChild;
  const text = running.get(button)?.text ?? label.textContent;
  const until = Date.now() + wait * 1000; // a laptop may sleep meanwhile
  const show = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    button.disabled = left > 0;
    label.textContent = left > 0 ? button.dataset.wait.replace("%s", formatTime(left)) : text;
    if (left === 0) {
      clearInterval(running.get(button)?.timer);
      running.delete(button);
    }
  };
  running.set(button, { text, timer: setInterval(show, TICK_MS) });
  show();
}
