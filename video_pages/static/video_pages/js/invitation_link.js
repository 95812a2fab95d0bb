/* The page of an invitation link, and the one that asks for a mail code: its times in the visitor's time zone, the countdown of one that is not open yet, and its
   button. The press of a person is sent in place, so that the film replaces the link in the browser's history. Without this
   module the form is an ordinary one.
   data-invitation   the form */

import "./local_time.js";
import { bindMailCode } from "./mail_code.js";
import { startCountdowns } from "./opening_countdown.js";
import { timedFetch } from "./timed_fetch.js";

async function open(form) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await timedFetch(location.pathname, { method: "POST", body });
    if (answer.redirected) {
      location.replace(answer.url);
      return;
    }
  } catch {
    // The ordinary form shows that the site could not be reached.
  }
  form.submit(); // its page says why the link does not open
}

startCountdowns();
bindMailCode();
const form = document.querySelector("[data-invitation]");
form?.addEventListener("submit", (event) => {
  if (event.isTrusted) {
    event.preventDefault();
    open(form);
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && form) {
    form.querySelector("button[type=submit]").disabled = false;
  }
});
