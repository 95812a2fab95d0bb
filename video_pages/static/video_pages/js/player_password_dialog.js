/* The password dialog on the player, for when access ends during playback. The reason comes from the page itself: its
   address answers with the form and a reason, with a message if no password opens it any more, or with the player. */

import { disableFor } from "./countdown.js";
import { adoptKey, keyHeaders } from "./frame_key.js";
import { writeLocalTimes } from "./local_time.js";
import { pageAddress } from "./page_reload.js";
import { adoptAddresses } from "./player_addresses.js";
import { closingMessageOf, showClosingMessage } from "./player_closing_message.js";
import { leaveFullscreen } from "./player_fullscreen.js";
import { bindReveal, conceal } from "./password_reveal.js";
import { timedFetch } from "./timed_fetch.js";

const parser = new DOMParser();
const ANSWERS = "#player, [data-password-form], div.password-form__body";

/** Request this page with `options` of fetch; return the document, or null if the site is unreachable or down. */
async function requestPage(form, options) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  try {
    const answer = await timedFetch(pageAddress(), { cache: "no-store", headers: keyHeaders(), ...options });
    const page = parser.parseFromString(await answer.text(), "text/html");
    token.value = page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? token.value;
    return answer.status < 500 || page.querySelector(ANSWERS) ? page : null;
  } catch {
    return null;
  }
}

function sendPassword(form, password) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  return requestPage(form, {
    method: "POST",
    body: new URLSearchParams({ csrfmiddlewaretoken: token.value, password }),
  });
}

const isOpen = (page) => Boolean(page?.getElementById("player"));
const isGone = (page) => Boolean(page && !page.querySelector(ANSWERS));
const formIn = (page) => page?.querySelector("[data-password-form]");
const homeOf = (form) => form.querySelector("[data-player-password-home]");
const alertOf = (page) => page?.querySelector("[role=alert]");

/** Update the end of access on this page. */
function updateAccessEnd(page) {
  const [here, there] = [document, page].map((root) => root.querySelector(".player-info time[data-local-time]"));
  if (here && there) {
    here.dateTime = there.dateTime;
    writeLocalTimes();
  }
}

/** Go on with what `page`, which shows the player, says: the end of access, and the key of a frame in all addresses. */
function adopt(page, frame) {
  updateAccessEnd(page);
  if (adoptKey(page)) {
    adoptAddresses(frame.player.source, page.querySelector("[data-player]"));
  }
  frame.player.source.dispatch("unlocked");
}

/** Show the form until a password is right: true then, false if no password can be right any more. */
function askForPassword(dialog, form, frame) {
  const input = form.querySelector("[data-player-password-field] input");
  const reveal = form.querySelector("[data-password-reveal]");
  if (reveal.hidden) {
    bindReveal(reveal, input);
  }
  const button = form.querySelector("[type=submit]");
  const error = form.querySelector("[data-player-password-error]");
  const field = form.querySelector("[data-player-password-field]");
  /** Show `nodes`, texts and times, as the error; without nodes, remove it. */
  const showError = (...nodes) => {
    error.replaceChildren(...nodes);
    writeLocalTimes();
    field.classList.toggle("password-form__field--invalid", nodes.length > 0);
    input.setAttribute("aria-invalid", String(nodes.length > 0));
  };
  showError();
  input.focus();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      button.disabled = true;
      conceal(reveal, input);
      showError();
      const page = await sendPassword(form, input.value);
      button.disabled = false;
      if (isOpen(page)) {
        adopt(page, frame);
        input.value = "";
        resolve(true);
      } else if (isGone(page)) {
        resolve(false);
      } else if (closingMessageOf(page)) {
        showClosingMessage(form, closingMessageOf(page), { frame, home: homeOf(form) });
        resolve(false);
      } else {
        const alert = alertOf(page);
        showError(...(alert ? document.importNode(alert, true).childNodes : [dialog.dataset.unreachable]));
        disableFor(button, formIn(page)?.dataset.waitSeconds);
        input.focus();
        input.select();
      }
    };
  });
}

/**
 * Show why access has ended and ask for the password. The promise is true once the video is open again; it is false if
 * no password opens it: then the dialog shows the page's message, or is hidden if there is none.
 */
export async function openPasswordDialog(dialog, frame) {
  await leaveFullscreen(frame.querySelector("#player"));
  const form = dialog.querySelector("form");
  const page = await requestPage(form);
  if (isOpen(page)) {
    adopt(page, frame);
    return true; // unlocked in another window meanwhile
  }
  if (isGone(page)) {
    return false;
  }
  dialog.hidden = false;
  frame.inert = true;
  if (closingMessageOf(page)) {
    showClosingMessage(form, closingMessageOf(page), { frame, home: homeOf(form) });
    return false;
  }
  const title = form.querySelector("h2");
  title.dataset.usual ??= title.textContent;
  title.textContent = formIn(page)?.dataset.title || title.dataset.usual;
  const reason = alertOf(page);
  if (reason) {
    const message = form.querySelector("[data-player-password-message]");
    message.replaceChildren(...document.importNode(reason, true).childNodes);
    writeLocalTimes();
  }
  const ask = page?.querySelector("[data-ask]");
  if (ask) {
    form.querySelector("[data-ask]")?.remove();
    form.querySelector("[data-player-kept]").before(document.importNode(ask, true));
  }
  const isUnlocked = await askForPassword(dialog, form, frame);
  if (isUnlocked || form.querySelector("[type=submit]")) {
    dialog.hidden = true;
    frame.inert = false;
    frame.querySelector(".player__bar [data-player-play]").focus({ preventScroll: true });
  }
  return isUnlocked;
}
