/* The page that asks for a mail code: the wait until another code is shown on the button, and a form is sent once.
   Without this module the forms are ordinary ones, and the server says how long to wait.
   data-mail-code-form   a form of the page
   data-wait-seconds     of a button: how long it waits */

import { disableFor } from "./countdown.js";

const FORMS = "[data-mail-code-form]";

/** Bind the forms of this document. `send(form)` sends one; without it, the browser does. */
export function bindMailCode(send) {
  for (const form of document.querySelectorAll(FORMS)) {
    const button = form.querySelector("[type=submit]");
    disableFor(button, button.dataset.waitSeconds);
    form.addEventListener("submit", (event) => {
      if (form.dataset.sending) {
        event.preventDefault();
        return;
      }
      form.dataset.sending = "1";
      if (send) {
        event.preventDefault();
        // After a failure another press tries again.
        send(form).catch(() => delete form.dataset.sending);
      }
    });
  }
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    for (const form of document.querySelectorAll(FORMS)) {
      delete form.dataset.sending;
    }
  }
});
