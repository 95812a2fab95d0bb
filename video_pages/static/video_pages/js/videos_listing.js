/* The Videos listing. After an upload, it shows the messages to send to viewers. The processing state of unfinished videos
   is loaded again every few seconds while the window is visible. A cell whose words are cut or shortened has them
   as a tooltip. */

import { fetchFragment } from "./admin_requests.js";
import { copyText } from "./copy_text.js";
import { takeMessages } from "./messages_to_send.js";

const POLL_MILLISECONDS = 5000;
const cellsOf = (root) => root.querySelectorAll("[data-processing-of]");

async function refresh() {
  const address = new URL("results/", new URL(".", window.location.href));
  address.search = window.location.search;
  const fresh = await fetchFragment(address);
  const shown = new Map(Array.from(cellsOf(document), (cell) => [cell.dataset.processingOf, cell]));
  for (const cell of cellsOf(fresh)) {
    const former = shown.get(cell.dataset.processingOf);
    if (!former?.contains(document.activeElement)) {
      former?.replaceWith(document.adoptNode(cell)); // the next time, if a keyboard is in it
    }
  }
}

/** Show the messages to viewers of the videos that the upload screen has made. */
function showMessages(messages) {
  const template = document.querySelector("template[data-messages-to-send]");
  const section = template.content.firstElementChild.cloneNode(true);
  const field = section.querySelector("textarea");
  field.value = messages.join("\n\n");
  field.rows = Math.min(12, field.value.split("\n").length);
  const button = section.querySelector("button");
  button.addEventListener("click", () => copyText(field, button));
  template.before(section);
}

/* Search and filters change the address without a new page; the form for columns returns to the present address. */
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-columns-form]")) {
    event.target.elements.next.value = window.location.pathname + window.location.search;
  }
});

const isCut = (cell) =>
  cell.querySelector("[data-briefly]") || [cell, ...cell.children].some((part) => part.scrollWidth > part.clientWidth);

/** Return the words of `cell` as screen readers have them: whole where they are shown shortened. */
function wordsOf(cell) {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll("[data-briefly]").forEach((part) => part.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest?.(".video-cell");
  if (cell) {
    cell.title = isCut(cell) ? wordsOf(cell) : "";
  }
});

const messages = takeMessages();
if (messages.length) {
  showMessages(messages);
}

setInterval(() => {
  if (!document.hidden && document.querySelector("[data-processing-of][data-is-unfinished]")) {
    refresh().catch(() => {}); // the cells stay until the next try
  }
}, POLL_MILLISECONDS);
