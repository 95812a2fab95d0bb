/* The password form: it is sent in place, its password can be shown, and its button stays above a phone's keyboard.
   Without this module the form is an ordinary one.
   data-password-form     the form
   data-password-reveal   the button that shows and hides the password */

import { disableFor } from "./countdown.js";
import { keyHeaders } from "./frame_key.js";
import { writeLocalTimes } from "./local_time.js";
import { startCountdowns } from "./opening_countdown.js";
import { pageAddress } from "./page_reload.js";
import { loadNext } from "./password_next.js";
import { bindReveal, conceal } from "./password_reveal.js";
import { storeReferrer } from "./referrer.js";
import { timedFetch } from "./timed_fetch.js";

const parser = new DOMParser();

/** Show `nodes` as the error, in a new paragraph below the field. */
function showError(form, input, nodes, { isWrong = false } = {}) {
  form.querySelector("[role=alert]")?.remove();
  const field = input.parentElement;
  const error = document.createElement("p");
  error.className = "password-form__error";
  error.id = "password-form-error";
  error.setAttribute("role", "alert");
  error.append(...nodes);
  field.after(error);
  field.classList.add("password-form__field--invalid");
  input.setAttribute("aria-describedby", "password-form-error password-duration");
  input.setAttribute("aria-invalid", String(isWrong));
  writeLocalTimes();
  input.focus();
  input.select();
}

/** Show the error in `page`, the response to a wrong password; false if it is no response to this form. */
function showRefusal(form, input, submit, page) {
  const answered = page.querySelector("[data-password-form]");
  const alert = page.querySelector(".password-form__body [role=alert]");
  if (!answered) {
    const message = page.querySelector("div.password-form__body");
    if (message) {
      const shown = document.importNode(message, true);
      shown.tabIndex = -1;
      form.replaceWith(shown); // no password opens the page now
      shown.focus(); // the form had it
      writeLocalTimes();
      startCountdowns();
    }
    return Boolean(message);
  }
  const [token, fresh] = [form, answered].map((root) => root.querySelector("[name=csrfmiddlewaretoken]"));
  token.value = fresh.value;
  if (alert) {
    const isWrong = answered.querySelector("[aria-invalid=true]") !== null;
    showError(form, input, document.importNode(alert, true).childNodes, { isWrong });
  }
  disableFor(submit, answered.dataset.waitSeconds);
  return Boolean(alert);
}

/* Sent by a script, so that the open page replaces its own form in the browser's history. After a wrong password, the
   input keeps its text. `showOther(form, page)` shows an answer that is no response to this form. */
function sendInPlace(form, input, submit, showOther) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) {
      return;
    }
    conceal(form.querySelector("[data-password-reveal]"), input);
    submit.disabled = true;
    try {
      const here = pageAddress();
      const answer = await timedFetch(here, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: keyHeaders(),
        redirect: "manual",
      });
      if (answer.type === "opaqueredirect") {
        location.replace(here);
        return;
      }
      const page = parser.parseFromString(await answer.text(), "text/html");
      submit.disabled = false;
      if (!showRefusal(form, input, submit, page)) {
        submit.disabled = true;
        await showOther(form, page);
      }
    } catch {
      submit.disabled = false;
      showError(form, input, [form.dataset.unreachable]);
    }
  });
  // The page was restored from the browser's back/forward cache.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      submit.disabled = false;
    }
  });
}

function keepVisible(form, submit) {
  const viewport = window.visualViewport;
  viewport?.addEventListener("resize", () => {
    const isBelow = submit.getBoundingClientRect().bottom > viewport.offsetTop + viewport.height;
    if (isBelow && form.contains(document.activeElement)) {
      submit.scrollIntoView({ block: "end" });
    }
  });
}

/** The password needs a mail code, or cookies are disabled, or the site is down: its own page describes that. */
function sendAsUsual(form, page) {
  const url = page.querySelector("[data-mail-code]")?.dataset.mailCode;
  if (url) {
    location.replace(url);
  } else {
    form.submit();
  }
}

/** Bind the forms of this document. `showOther(form, page)` shows an answer without a form; it may throw. */
export function bindPasswordForms(showOther = sendAsUsual) {
  startCountdowns();
  for (const form of document.querySelectorAll("[data-password-form]")) {
    const input = form.querySelector("input[name=password]");
    const submit = form.querySelector("button[type=submit]");
    bindReveal(form.querySelector("[data-password-reveal]"), input);
    sendInPlace(form, input, submit, showOther);
    keepVisible(form, submit);
    loadNext(form, input);
    disableFor(submit, form.dataset.waitSeconds);
  }
}

storeReferrer();
