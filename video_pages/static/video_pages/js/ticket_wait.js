/* A button that does nothing yet says so: it counts down to the moment from which a try is possible again. */

const TICK_MS = 1000;
const counting = new WeakMap();

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Keep `button` from being pressed for `seconds`, a number or text; nothing to wait for leaves it as it is.
    Its last element holds its words; data-wait="… %s" holds those for the meantime. */
export function waitOut(button, seconds) {
  const wait = Number(seconds);
  if (!wait) {
    return;
  }
  clearInterval(counting.get(button)?.timer);
  const label = button.lastElementChild;
  const words = counting.get(button)?.words ?? label.textContent;
  const until = Date.now() + wait * 1000; // a laptop may sleep meanwhile
  const show = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    button.disabled = left > 0;
    label.textContent = left > 0 ? button.dataset.wait.replace("%s", clock(left)) : words;
    if (left === 0) {
      clearInterval(counting.get(button)?.timer);
      counting.delete(button);
    }
  };
  counting.set(button, { words, timer: setInterval(show, TICK_MS) });
  show();
}
