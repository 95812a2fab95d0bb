/* The dialog for the holder of an invitation that plays in as many browsers as it may at once. It asks the site again by
   its button, and by itself; the page contains it open if no place was free when it was sent. */

import { leaveFullscreen } from "./player_fullscreen.js";
import { loadSetting } from "./player_storage.js";

const RETRY_MS = 20_000;

/**
 * Show `dialog` on the player `frame` until a place is free. `requestStatus` is called for each try; the promise is its
 * first answer that is neither "full" nor "offline".
 */
export async function waitForSeat(dialog, frame, requestStatus) {
  await leaveFullscreen(frame.querySelector("#player"));
  const [title, kept, retry, answer] = ["h2", "[data-player-kept]", "[data-player-seat-retry]", "[role=status]"].map(
    (selector) => dialog.querySelector(selector),
  );
  answer.textContent = "";
  kept.hidden = !loadSetting("positions", {})[frame.dataset.id];
  dialog.hidden = false;
  frame.inert = true;
  title.focus();
  return new Promise((resolve) => {
    let timer;
    let isAsking = false;
    const ask = async (isPressed = false) => {
      if (isAsking) {
        return;
      }
      isAsking = true;
      clearTimeout(timer);
      answer.textContent = "";
      const status = await requestStatus();
      isAsking = false;
      if (status === "full" || status === "offline") {
        answer.textContent = isPressed ? dialog.dataset[status] : "";
        timer = setTimeout(ask, RETRY_MS);
        return;
      }
      dialog.hidden = true;
      frame.inert = false;
      frame.querySelector(".player__bar [data-player-play]").focus({ preventScroll: true });
      resolve(status);
    };
    timer = setTimeout(ask, RETRY_MS);
    retry.onclick = (event) => {
      event.preventDefault();
      ask(true);
    };
  });
}
