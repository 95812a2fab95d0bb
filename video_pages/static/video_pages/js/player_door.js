/* The password form on the picture, for when access ends while the film runs. The page itself is asked why: at its own
   address it answers as it does to anybody, with the form and a reason, with words where no password helps any more, or
   with the open film. */

import { writeLocalTimes } from "./local_time.js";
import { bindReveal } from "./ticket.js";
import { waitOut } from "./ticket_wait.js";

const parser = new DOMParser();
const ANSWERS = "#player, [data-ticket], div.ticket__body";

/** Ask for this page with `options` of fetch; return what answers, or null where the site can't be reached or is down. */
async function ask(form, options) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", ...options });
    const page = parser.parseFromString(await answer.text(), "text/html");
    token.value = page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? token.value;
    return answer.status < 500 || page.querySelector(ANSWERS) ? page : null;
  } catch {
    return null;
  }
}

function send(form, password) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  return ask(form, {
    method: "POST",
    body: new URLSearchParams({ csrfmiddlewaretoken: token.value, password }),
  });
}

const isOpen = (page) => Boolean(page?.getElementById("player"));
const isGone = (page) => Boolean(page && !page.querySelector(ANSWERS));
const alertOf = (page) => page?.querySelector("[role=alert]");

/** What stands in the place of the form where no password helps any more. */
const lastWordsOf = (page) => page?.querySelector("div.ticket__body");

/** The new end of access, where the page tells it. */
function tellNewEnd(page) {
  const [here, there] = [document, page].map((any) => any.querySelector(".player-words time[data-local-time]"));
  if (here && there) {
    here.dateTime = there.dateTime;
    writeLocalTimes();
  }
}

function ready(form) {
  const input = form.querySelector("input[type=password]");
  const reveal = form.querySelector("[data-ticket-reveal]");
  if (reveal.hidden) {
    bindReveal(reveal, input);
  }
  return input;
}

/** Put `words`, an element of the page that answered, in the place of the form. */
function sayLastWords(form, words) {
  const title = form.querySelector("h2");
  form.replaceChildren(title, ...document.importNode(words, true).childNodes);
  writeLocalTimes();
  title.tabIndex = -1;
  title.focus();
}

/** Show the form until a password was right; true then, false if none can be right any more. */
function askForPassword(door, form) {
  const input = ready(form);
  const button = form.querySelector("[type=submit]");
  const error = form.querySelector("[data-player-door-error]");
  const field = form.querySelector("[data-player-door-field]");
  /** Show what the site says: text and moments, or no nodes for nothing. */
  const refuse = (...nodes) => {
    error.replaceChildren(...nodes);
    writeLocalTimes();
    field.classList.toggle("ticket__field--wrong", nodes.length > 0);
    input.setAttribute("aria-invalid", String(nodes.length > 0));
  };
  refuse();
  input.focus();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      button.disabled = true;
      refuse();
      const page = await send(form, input.value);
      button.disabled = false;
      if (isOpen(page)) {
        tellNewEnd(page);
        input.value = "";
        resolve(true);
      } else if (isGone(page)) {
        resolve(false);
      } else if (lastWordsOf(page)) {
        sayLastWords(form, lastWordsOf(page));
        resolve(false);
      } else {
        const alert = alertOf(page);
        refuse(...(alert ? document.importNode(alert, true).childNodes : [door.dataset.unreachable]));
        waitOut(button, page?.querySelector("[data-ticket]")?.dataset.waitSeconds);
        input.focus();
        input.select();
      }
    };
  });
}

/** Say why access has ended and ask for the password. The promise is true once the film is open again; false if it will
    not be: then the dialog says so as far as the page does, and is hidden otherwise. */
export async function openDoor(door, frame) {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
  }
  const form = door.querySelector("form");
  const page = await ask(form);
  if (isOpen(page)) {
    tellNewEnd(page);
    return true; // unlocked in another window meanwhile
  }
  if (isGone(page)) {
    return false;
  }
  door.hidden = false;
  frame.inert = true;
  if (lastWordsOf(page)) {
    sayLastWords(form, lastWordsOf(page));
    return false;
  }
  const reason = alertOf(page);
  if (reason) {
    form.querySelector("[data-player-door-words]").textContent = reason.textContent;
  }
  const opened = await askForPassword(door, form);
  if (opened || form.querySelector("[type=submit]")) {
    door.hidden = true;
    frame.inert = false;
    frame.querySelector(".player__bar [data-player-play]").focus({ preventScroll: true });
  }
  return opened;
}
