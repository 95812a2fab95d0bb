/* While a video is processed: the percentage is updated, and the page is loaded again when there is something new.
   data-player-processing   with data-status-url, data-package, and data-is-playable if an earlier package plays
   data-player-percent      its value is the sentence with %s */

import { reloadPage } from "./page_reload.js";
import { watchPlayed } from "./player_played.js";
import { SHORT_MS, timedFetch } from "./timed_fetch.js";

const INTERVAL_MS = 5000;

let box = null;
let video = null;
let hasPlayed = () => false;
let timer;

/** True if a reload of the page interrupts nobody. */
function isIdle() {
  const isUntouched = !video || (video.paused && !hasPlayed() && !video.currentTime);
  return isUntouched && !document.querySelector("dialog[open]");
}

async function update() {
  const followed = box;
  let isRefused = false;
  let status;
  try {
    const answer = await timedFetch(box.dataset.statusUrl, { cache: "no-store" }, SHORT_MS);
    status = answer.ok ? await answer.json() : null;
    isRefused = answer.status === 403;
  } catch {
    status = null;
  }
  if (box !== followed) {
    return; // another film has taken the place of this one
  }
  if (isRefused && isIdle()) {
    reloadPage(); // the page gives the reason
    return;
  }
  if (status) {
    const isFinished = !["queued", "processing"].includes(status.state);
    const isNew = "isPlayable" in box.dataset ? status.package !== box.dataset.package : status.is_playable;
    if ((isNew || isFinished) && isIdle()) {
      reloadPage();
      return;
    }
    box.hidden = isFinished;
    const percent = box.querySelector("[data-player-percent]");
    percent.textContent = percent.dataset.playerPercent.replace("%s", status.progress);
    const bar = box.querySelector("progress");
    if (bar) {
      bar.value = status.progress;
    }
    if (isFinished) {
      return;
    }
  }
  timer = setTimeout(update, INTERVAL_MS);
}

/** Follow the processing that this document tells of, if it is not followed yet. */
export function followProcessing() {
  const found = document.querySelector("[data-player-processing]");
  if (found === box) {
    return;
  }
  clearTimeout(timer);
  box = found;
  video = document.getElementById("player");
  hasPlayed = video ? watchPlayed(video) : () => false;
  if (box?.dataset.statusUrl) {
    timer = setTimeout(update, INTERVAL_MS);
  }
}

followProcessing();
document.addEventListener("filmchange", followProcessing); // see player_in_place.js
