/* Playback errors: the password dialog if access has ended, new tries until the site or the store of its films answers again, a
   dialog while all places of an invitation are taken, or a message. No state is the last one: what does not go on by itself
   has a button.
   data-player-message   with the texts data-offline, data-away and data-damaged */

import { openPasswordDialog } from "./player_password_dialog.js";
import { isReachable, requestStatus } from "./player_requests.js";
import { Retry } from "./player_retry.js";
import { waitForSeat } from "./player_seat.js";
import { showUnavailable } from "./player_unavailable.js";

const RELOAD_INTERVAL_MS = 20_000;

export function bindErrors({ frame, video, source, signal, showMessage }) {
  const messages = frame.querySelector("[data-player-message]").dataset;
  const dialog = document.querySelector("[data-player-password-dialog]");
  const seatDialog = document.querySelector("[data-player-seat]");
  const askStatus = () => requestStatus(source.statusUrl);
  let isBusy = false;
  let hasFailed = false;
  let lastReload = -Infinity;

  const again = () => {
    lastReload = -Infinity;
    mend("lost", undefined, true);
  };
  const retry = new Retry(frame, signal, again);
  const say = (text) => {
    showMessage(text);
    retry.show(Boolean(text));
  };
  const fail = () => {
    hasFailed = true;
    say(messages.damaged);
  };
  const wasReloaded = () => performance.now() - lastReload < RELOAD_INTERVAL_MS;

  /** Return what keeps the film from being loaded: the site's answer, or "away" if it allows a film that can't be had. */
  async function ask() {
    const status = await askStatus();
    return status === "open" && !(await isReachable(source.wanted)) ? "away" : status;
  }

  /** Wait until the video can be loaded again, from `state` on; return the state that ends the waiting. */
  async function waitWhile(state) {
    while (!signal.aborted) {
      if (state === "full" && seatDialog) {
        say("");
        state = await waitForSeat(seatDialog, frame, askStatus);
        lastReload = -Infinity;
      } else if (state === "offline" || state === "full" || state === "away") {
        say(state === "away" ? messages.away : messages.offline);
        await retry.wait();
        state = await ask();
      } else {
        break;
      }
    }
    return state;
  }

  /** Wait until the video can be loaded again after an error of `kind`, or after `state`; false if it can't. */
  async function recover(kind, state) {
    state = await waitWhile(state ?? (await ask()));
    if (state === "open" && kind === "away" && wasReloaded()) {
      state = await waitWhile("away"); // a part was there again, and the next one is not
    }
    if (signal.aborted) {
      return false;
    }
    if (state === "locked") {
      say("");
      const isUnlocked = dialog ? await openPasswordDialog(dialog, frame) : false;
      if (!isUnlocked && (!dialog || dialog.hidden)) {
        await showUnavailable(frame);
      }
      return isUnlocked;
    }
    if (kind !== "away" && wasReloaded()) {
      fail();
      return false;
    }
    say("");
    return true;
  }

  /** Mend an error of `kind`, or for a `state` at the start of the page what keeps the video from beginning. */
  async function mend(kind, state, isPlaying = !video.paused) {
    if (isBusy || signal.aborted) {
      return;
    }
    isBusy = true;
    hasFailed = false;
    const seconds = video.currentTime;
    video.pause();
    try {
      if ((await recover(kind, state)) && !state) {
        lastReload = performance.now();
        await source.reload(seconds, isPlaying || !video.paused);
      }
    } catch {
      fail(); // the browser refused: the next error is tried again
    } finally {
      isBusy = false;
    }
  }

  source.addEventListener("playbackerror", ({ detail }) => mend(detail));
  if (seatDialog && !seatDialog.hidden) {
    mend("seat", "full");
  }
  source.addEventListener("offline", () => showMessage(messages.offline));
  source.addEventListener("away", () => showMessage(messages.away));
  video.addEventListener("play", () => (hasFailed ? again() : retry.end()));
  source.addEventListener("loaded", () => {
    retry.reset();
    if (!isBusy && !hasFailed) {
      say(""); // after a failure, hls.js may still load what is beside it
    }
  });
  video.addEventListener("playing", () => {
    if (!isBusy) {
      hasFailed = false;
      say("");
    }
  });
}
