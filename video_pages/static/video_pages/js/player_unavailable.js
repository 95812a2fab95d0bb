/* The dialog in place of a video that may not be watched any more and that no password in the dialog opens: the reason, and
   a link to the home page if the page of the video is gone or closed, else a button that loads that page. */

import { keyHeaders } from "./frame_key.js";
import { pageAddress, reloadPage } from "./page_reload.js";
import { closingMessageOf, showClosingMessage } from "./player_closing_message.js";
import { leaveFullscreen } from "./player_fullscreen.js";
import { SHORT_MS, timedFetch } from "./timed_fetch.js";

/** Return whether the site still has this page (true as well without an answer), and its message if it is closed. */
async function requestPage() {
  try {
    const answer = await timedFetch(pageAddress(), { cache: "no-store", headers: keyHeaders() }, SHORT_MS);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { isThere: answer.status !== 404 && answer.status !== 410, message: closingMessageOf(page) };
  } catch {
    return { isThere: true, message: null };
  }
}

export async function showUnavailable(frame) {
  const dialog = document.querySelector("[data-player-unavailable]");
  const { isThere, message } = await requestPage();
  await leaveFullscreen(frame.querySelector("#player"));
  const part = (name) => dialog.querySelector(`[data-player-unavailable-${name}]`);
  dialog.hidden = false;
  frame.inert = true;
  if (message) {
    showClosingMessage(dialog.firstElementChild, message, { frame, home: part("home") });
    return;
  }
  const title = dialog.querySelector("h2");
  title.textContent = isThere ? title.dataset.changed : title.textContent;
  part("removed").hidden = isThere;
  part("home").hidden = isThere;
  part("changed").hidden = !isThere;
  part("reload").hidden = !isThere;
  part("reload").addEventListener("click", () => reloadPage());
  title.focus();
}
