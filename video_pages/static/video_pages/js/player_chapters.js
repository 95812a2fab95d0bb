/* Chapters: the name of the one that plays, the list beside the film, and the link to this moment.
   data-player-chapter="seconds" on the list's buttons; data-player-chapter-name; data-player-link */

import { clock } from "./player_time.js";

const TOLD_MS = 2000;

/** Copy `address`, and have it in the address bar too: without HTTPS a page may not write to the clipboard. */
async function copy(address) {
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    return false;
  }
}

function bindList(player) {
  const { frame, video } = player;
  const buttons = [...document.querySelectorAll("[data-player-chapter]")];
  const name = frame.querySelector("[data-player-chapter-name]");
  const show = () => {
    const here = buttons.findLast((button) => Number(button.dataset.playerChapter) <= video.currentTime + 0.05);
    for (const button of buttons) {
      if (button === here) {
        button.setAttribute("aria-current", "true");
      } else {
        button.removeAttribute("aria-current");
      }
    }
    name.textContent = here?.lastElementChild.textContent ?? "";
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      player.seek(Number(button.dataset.playerChapter));
      video.play().catch(() => {});
    });
  }
  video.addEventListener("timeupdate", show);
  frame.addEventListener("player-moved", show);
  show();
}

/** The last chapter lasts to the very end: what is played may be some frames longer than the file was said to be. */
function stretchLast({ video }) {
  video.addEventListener("durationchange", () => {
    const cues = [...video.textTracks].find(({ kind }) => kind === "chapters")?.cues;
    const last = cues?.[cues.length - 1];
    if (last && Number.isFinite(video.duration)) {
      last.endTime = Math.max(last.endTime, video.duration);
    }
  });
}

function bindLink({ frame, video }) {
  const link = document.querySelector("[data-player-link]");
  let told = 0;
  const show = () => {
    if (performance.now() > told) {
      link.textContent = link.dataset.words.replace("%s", clock(video.currentTime));
    }
  };
  link.addEventListener("click", async () => {
    const address = new URL(location.href);
    address.search = `?t=${Math.floor(video.currentTime)}`;
    address.hash = "";
    link.textContent = (await copy(address.href)) ? link.dataset.copied : link.dataset.above;
    told = performance.now() + TOLD_MS;
    setTimeout(show, TOLD_MS + 50);
  });
  video.addEventListener("timeupdate", show);
  frame.addEventListener("player-moved", show);
  link.hidden = false;
  show();
}

export function bindChapters(player) {
  bindList(player);
  stretchLast(player);
  bindLink(player);
}
