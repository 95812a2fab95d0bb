/* The message of a page that nothing opens at this moment, shown in a dialog on the player. */

import { writeLocalTimes } from "./local_time.js";
import { startCountdowns } from "./opening_countdown.js";
import { pageAddress } from "./page_reload.js";
import { loadSetting } from "./player_storage.js";

/** Return the message in place of the password form in `page`, a document or null; else null. */
export function closingMessageOf(page) {
  return page?.querySelector("div.password-form__body") ?? null;
}

/** Return a link with `text` that loads this page again: there the form of another way in can be used. */
function linkToPage(text) {
  const link = document.createElement("a");
  link.href = pageAddress();
  link.textContent = text;
  return link;
}

/**
 * Replace the content of `box` by the names of the film and of the box, `message`, and its link `home`. The element [data-player-kept] in it is
 * kept and shown if this browser has stored the position in the video of `frame`.
 */
export function showClosingMessage(box, message, { frame, home }) {
  const title = box.querySelector("h2");
  const film = box.querySelector(".player__password-film");
  const kept = box.querySelector("[data-player-kept]");
  title.textContent = message.dataset.title || title.textContent;
  const shown = document.importNode(message, true);
  for (const fold of shown.querySelectorAll("[data-other-way]")) {
    fold.replaceWith(linkToPage(fold.querySelector("summary").textContent));
  }
  box.replaceChildren(film, title, ...shown.childNodes, kept, home);
  kept.hidden = !loadSetting("positions", {})[frame.dataset.id];
  home.hidden = false;
  writeLocalTimes();
  startCountdowns(box);
  title.tabIndex = -1;
  title.focus();
}
