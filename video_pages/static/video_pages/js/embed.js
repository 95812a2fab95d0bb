/* The page in a frame of another site. The answer to a right password is shown in this document: where the browser keeps
   no cookie, a reload would ask for the password again. The player is loaded when it is needed.
   data-frame-link   the form with the button of an invitation's link; see mail_code.js for those that ask for a code
   data-embed   what is replaced by the same element of an answer */

import { showFormError } from "./form_error.js";
import { keyHeaders } from "./frame_key.js";
import { writeLocalTimes } from "./local_time.js";
import { bindMailCode } from "./mail_code.js";
import { pageAddress, replaceReload } from "./page_reload.js";
import { bindPasswordForms } from "./password_form.js";
import { timedFetch } from "./timed_fetch.js";

const parser = new DOMParser();

async function startPlayer() {
  if (document.querySelector("#player, [data-player-processing]")) {
    const [{ startPlayer: start }, { followProcessing }] = await Promise.all([
      import("./player.js"),
      import("./player_processing.js"),
    ]);
    start();
    followProcessing();
  }
}

/** Show `page`, an answer of this address. Throws if it is none, such as the page of an error. */
async function show(page) {
  const [here, there] = [document, page].map((root) => root.querySelector("[data-embed]"));
  here.replaceWith(document.importNode(there, true));
  document.title = page.title;
  writeLocalTimes();
  bind();
  await startPlayer();
}

const FOCUSED = ".player__bar [data-player-play], [data-mail-code-input], [data-embed] h1";

/** Show the answer to a password that is another page than the form; focus stays where a keyboard goes on. */
async function showOther(_form, page) {
  await show(page);
  document.querySelector(FOCUSED)?.focus({ preventScroll: true });
}

async function send(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await timedFetch(pageAddress(), { method: "POST", body, headers: keyHeaders() });
  await showOther(form, parser.parseFromString(await answer.text(), "text/html"));
}

/* The button of a link: without this, its form is an ordinary one. */
function bindLink() {
  const form = document.querySelector("[data-frame-link]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    showFormError(form);
    try {
      await send(form);
    } catch {
      button.disabled = false; // another press tries again
      showFormError(form, form.dataset.unreachable);
    }
  });
}

const bind = () => {
  bindPasswordForms(showOther);
  bindLink();
  bindMailCode(send);
};

replaceReload(async () => {
  try {
    const answer = await timedFetch(pageAddress(), { cache: "no-store", headers: keyHeaders() });
    await show(parser.parseFromString(await answer.text(), "text/html"));
  } catch {
    location.reload();
  }
});
bind();
startPlayer();
