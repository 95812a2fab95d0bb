/* Playback errors: the password dialog if access has ended, a new try once the connection is back, or a message. */

const RETRY_MS = 3000;
const RELOAD_INTERVAL_MS = 20000;

/** Return "open", "locked" or "offline" for the answer of the site about this video. */
async function requestStatus(statusUrl) {
  try {
    const answer = await fetch(statusUrl, { cache: "no-store" });
    return answer.status === 403 ? "locked" : answer.ok ? "open" : "offline";
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

export function bindErrors({ frame, video, source, showMessage }) {
  const messages = frame.querySelector("[data-player-message]").dataset;
  const dialog = document.querySelector("[data-player-password-dialog]");
  let isBusy = false;
  let lastReload = -Infinity;

  async function unlock() {
    const { openPasswordDialog } = await import("./player_password_dialog.js");
    return openPasswordDialog(dialog, frame);
  }

  /** Wait until the video can be loaded again; false if it can't. */
  async function recover(kind) {
    let status = kind === "locked" ? kind : await requestStatus(source.statusUrl);
    while (status === "offline") {
      showMessage(messages.offline);
      await retryTime();
      status = await requestStatus(source.statusUrl);
    }
    showMessage("");
    if (status === "locked") {
      const isUnlocked = dialog ? await unlock() : false;
      if (!isUnlocked && (!dialog || dialog.hidden)) {
        const { showUnavailable } = await import("./player_unavailable.js");
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

  source.addEventListener("playbackerror", async ({ detail: kind }) => {
    if (isBusy) {
      return;
    }
    isBusy = true;
    const [seconds, isPlaying] = [video.currentTime, !video.paused];
    video.pause();
    try {
      if (!source.statusUrl) {
        showMessage(messages.damaged); // an editor's preview has no status
      } else if (await recover(kind)) {
        await source.reload(seconds, isPlaying);
      }
    } catch {
      showMessage(messages.damaged); // a module did not load, or the browser refused: the next error is tried again
    } finally {
      isBusy = false;
    }
  });
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
