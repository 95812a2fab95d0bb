/* The page that asks for a mail code: its forms are sent in place, so that the browser's history has one entry of it, and
   the film replaces that. Another code waits on its button. Without this module the forms are ordinary ones, and the
   server says how long to wait.
   data-mail-code-form    a form of the page
   data-mail-code-input   the field where a keyboard goes on
   data-wait-seconds      of a button: how long it waits */

import { disableFor } from "./countdown.js";
import { showFormError } from "./form_error.js";
import { timedFetch } from "./timed_fetch.js";

const parser = new DOMParser();
const FORMS = "[data-mail-code-form]";
const SCREEN = ".password-screen";

/** Send `form`; show the next step, or lead to what has been opened. */
async function sendInPlace(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await timedFetch(form.action, { method: "POST", body });
  if (answer.redirected) {
    location.replace(answer.url);
    return;
  }
  const page = parser.parseFromString(await answer.text(), "text/html");
  const next = page.querySelector(FORMS) ? page.querySelector(SCREEN) : null;
  if (!next) {
    form.submit(); // its page says why nothing opens
    return;
  }
  document.querySelector(SCREEN).replaceWith(document.importNode(next, true));
  bindMailCode();
  document.querySelector("[data-mail-code-input]")?.focus();
}

// The page was restored from the browser's back/forward cache.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    for (const form of document.querySelectorAll(FORMS)) {
      delete form.dataset.sending;
    }
  }
});

/** Bind the forms of this document; `send(form)` sends one. After a failure another press tries again. */
export function bindMailCode(send = sendInPlace) {
  for (const form of document.querySelectorAll(FORMS)) {
    const button = form.querySelector("[type=submit]");
    disableFor(button, button.dataset.waitSeconds);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!form.dataset.sending) {
        form.dataset.sending = "1";
        send(form).catch(() => {
          delete form.dataset.sending;
          showFormError(form, form.dataset.unreachable);
        });
      }
    });
  }
}
