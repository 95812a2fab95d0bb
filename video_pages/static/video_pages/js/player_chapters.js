/* Chapters: the name of the current one, the list beside the video, and the link to the current position.
   data-player-chapter="seconds" on the buttons of the list; data-player-chapter-name; data-player-link */

import { setText } from "./text_language.js";
import { formatTime } from "./time_format.js";

const CONFIRMATION_MS = 2000;

/** Copy `address`. It is put into the address bar, too: without HTTPS a page can't write to the clipboard. */
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
    const current = buttons.findLast((button) => Number(button.dataset.playerChapter) <= video.currentTime + 0.05);
    for (const button of buttons) {
      if (button === current) {
        button.setAttribute("aria-current", "true");
      } else {
        button.removeAttribute("aria-current");
      }
    }
    const title = current?.lastElementChild;
    setText(name, title?.textContent ?? "", title?.lang);
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      player.seek(Number(button.dataset.playerChapter));
      video.play().catch(() => {});
    });
  }
  video.addEventListener("timeupdate", show);
  frame.addEventListener("playerseek", show);
  show();
}

/** Extend the last chapter to the end: the video may be some frames longer than its file's metadata. */
function extendLast({ video }) {
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
  if (!link) {
    return; // a frame of another site has no address of its own to give
  }
  const status = document.querySelector("[data-player-link-status]");
  let confirmedUntil = 0;
  const show = () => {
    if (performance.now() > confirmedUntil) {
      link.textContent = link.dataset.label.replace("%s", formatTime(video.currentTime));
    }
  };
  link.addEventListener("click", async () => {
    const address = new URL(location.href);
    address.search = `?t=${Math.floor(video.currentTime)}`;
    address.hash = "";
    link.textContent = (await copy(address.href)) ? link.dataset.copied : link.dataset.inAddressBar;
    status.textContent = link.textContent;
    confirmedUntil = performance.now() + CONFIRMATION_MS;
    setTimeout(() => {
      show();
      status.textContent = "";
    }, CONFIRMATION_MS + 50);
  });
  video.addEventListener("timeupdate", show);
  frame.addEventListener("playerseek", show);
  show();
  link.removeAttribute("data-unready");
}

export function bindChapters(player) {
  bindList(player);
  extendLast(player);
  bindLink(player);
}
