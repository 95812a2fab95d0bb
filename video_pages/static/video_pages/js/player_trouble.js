/* What happens when the film can't be loaded: the password in place, a new try once the connection is back, or words. */

const PAUSE_MS = 3000;
const AGAIN_MS = 20000;

/** Return "fine", "locked" or "offline" for what the site says of this film now. */
async function ask(statusUrl) {
  try {
    const answer = await fetch(statusUrl, { cache: "no-store" });
    return answer.status === 403 ? "locked" : answer.ok ? "fine" : "offline";
  } catch {
    return "offline";
  }
}

/** Wait until it is worth asking again. */
function nextChance() {
  return new Promise((resolve) => {
    setTimeout(resolve, PAUSE_MS);
    window.addEventListener("online", resolve, { once: true });
  });
}

export function bindTrouble({ frame, video, source, say }) {
  const words = frame.querySelector("[data-player-said]").dataset;
  const door = document.querySelector("[data-player-door]");
  let isBusy = false;
  let lastReload = -Infinity;

  async function recover(kind) {
    let answer = kind === "locked" ? kind : await ask(source.statusUrl);
    while (answer === "offline") {
      say(words.offline);
      await nextChance();
      answer = await ask(source.statusUrl);
    }
    say("");
    if (answer === "locked" && !door) {
      say(words.gone);
      return false;
    }
    if (answer === "locked") {
      const { openDoor } = await import("./player_door.js");
      const isOpen = await openDoor(door, frame);
      if (!isOpen && door.hidden) {
        say(words.gone);
      }
      return isOpen;
    }
    if (performance.now() - lastReload < AGAIN_MS) {
      say(words.damaged);
      return false;
    }
    lastReload = performance.now();
    return true;
  }

  source.addEventListener("trouble", async ({ detail: kind }) => {
    if (isBusy) {
      return;
    }
    isBusy = true;
    const [seconds, plays] = [video.currentTime, !video.paused];
    video.pause();
    try {
      if (!source.statusUrl) {
        say(words.damaged); // an editor's preview: nothing can be asked
      } else if (await recover(kind)) {
        await source.reload(seconds, plays);
      }
    } catch {
      say(words.damaged); // a script that did not come, a browser that refused: the next trouble is tried again
    } finally {
      isBusy = false;
    }
  });
  source.addEventListener("waits", () => say(words.offline));
  for (const [told, name] of [
    [source, "goes"],
    [video, "playing"],
  ]) {
    told.addEventListener(name, () => {
      if (!isBusy) {
        say("");
      }
    });
  }
}
