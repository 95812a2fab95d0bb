/* While a film is being prepared: its percent moves by itself, and the page follows when there is something new.
   data-player-waiting   with data-status-url, data-package, and data-plays where something plays already
   data-player-percent   its value is the sentence with %s */

const EVERY_MS = 5000;

const box = document.querySelector("[data-player-waiting]");

/** True if loading the page anew disturbs nobody. */
function isIdle() {
  const video = document.getElementById("player");
  return (
    !document.querySelector("dialog[open]") && (!video || (video.paused && !video.played.length && !video.currentTime))
  );
}

async function look() {
  let now;
  try {
    const answer = await fetch(box.dataset.statusUrl, { cache: "no-store" });
    now = answer.ok ? await answer.json() : null;
    if (answer.status === 403 && isIdle()) {
      location.reload(); // the page says why
      return;
    }
  } catch {
    now = null;
  }
  if (now) {
    const isOver = !["queued", "processing"].includes(now.state);
    const isNew = "plays" in box.dataset ? now.package !== box.dataset.package : now.is_playable;
    if ((isNew || isOver) && isIdle()) {
      location.reload();
      return;
    }
    box.hidden = isOver;
    const percent = box.querySelector("[data-player-percent]");
    percent.textContent = percent.dataset.playerPercent.replace("%s", now.progress);
    const bar = box.querySelector("progress");
    if (bar) {
      bar.value = now.progress;
    }
    if (isOver) {
      return;
    }
  }
  setTimeout(look, EVERY_MS);
}

if (box?.dataset.statusUrl) {
  setTimeout(look, EVERY_MS);
}
