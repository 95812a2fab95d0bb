/* Playback errors: the password dialog if access has ended, a new try once the connection is back, a dialog while
   all places of an invitation are taken, or a message. */

import { openPasswordDialog } from "./player_password_dialog.js";
import { waitForSeat } from "./player_seat.js";
import { showUnavailable } from "./player_unavailable.js";

const RETRY_MS = 3000;
const RELOAD_INTERVAL_MS = 20000;

/** Return "open", "locked", "full" (all seats of the invitation are taken) or "offline" for the site's answer. */
async function requestStatus(statusUrl) {
  try {
    const answer = await fetch(statusUrl, { cache: "no-store" });
    if (answer.status === 403) {
      return answer.headers.get("X-Refusal") === "at_once" ? "full" : "locked";
    }
    return answer.ok ? "open" : "offline";
  } catch {
    return "offline";
  }
}

/** Wait until the next try. */
function retryTime() {
  return new Promise((resolve) => {
    setTimeout(resolve, RETRY_MS);
    window.addEventListener("online", resolve, { once: true });
  });
}

export function bindErrors({ frame, video, source, signal, showMessage }) {
  const messages = frame.querySelector("[data-player-message]").dataset;
  const dialog = document.querySelector("[data-player-password-dialog]");
  const seatDialog = document.querySelector("[data-player-seat]");
  const askStatus = () => requestStatus(source.statusUrl);
  let isBusy = false;
  let lastReload = -Infinity;

  /** Wait until the video can be loaded again, from `status` on if it is known; false if it can't. */
  async function recover(status) {
    status ??= await askStatus();
    while (!signal.aborted && (status === "offline" || status === "full")) {
      if (status === "full" && seatDialog) {
        showMessage("");
        status = await waitForSeat(seatDialog, frame, askStatus);
        lastReload = -Infinity;
      } else {
        showMessage(messages.offline);
        await retryTime();
        status = await askStatus();
      }
    }
    showMessage("");
    if (signal.aborted) {
      return false;
    }
    if (status === "locked") {
      const isUnlocked = dialog ? await openPasswordDialog(dialog, frame) : false;
      if (!isUnlocked && (!dialog || dialog.hidden)) {
        await showUnavailable(frame);
      }
      return isUnlocked;
    }
    if (performance.now() - lastReload < RELOAD_INTERVAL_MS) {
      showMessage(messages.damaged);
      return false;
    }
    lastReload = performance.now();
    return true;
  }

  /** Mend what stopped the video, or for a `status` at the start of the page what keeps it from beginning. */
  async function mend(status) {
    if (isBusy || signal.aborted) {
      return;
    }
    isBusy = true;
    const [seconds, isPlaying] = [video.currentTime, !video.paused];
    video.pause();
    try {
      if (!source.statusUrl) {
        showMessage(messages.damaged); // an editor's preview has no status
      } else if ((await recover(status)) && !status) {
        await source.reload(seconds, isPlaying);
      }
    } catch {
      showMessage(messages.damaged); // the browser refused: the next error is tried again
    } finally {
      isBusy = false;
    }
  }

  source.addEventListener("playbackerror", () => mend());
  if (seatDialog && !seatDialog.hidden) {
    mend("full");
  }
  source.addEventListener("offline", () => showMessage(messages.offline));
  for (const [target, name] of [
    [source, "loaded"],
    [video, "playing"],
  ]) {
    target.addEventListener(name, () => {
      if (!isBusy) {
        showMessage("");
      }
    });
  }
}
