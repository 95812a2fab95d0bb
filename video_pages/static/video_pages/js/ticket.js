/* The password form's comforts. Without this module the form works as well, only more plainly.
   data-ticket          the form: sent in place and once, its button kept in sight above a phone's keyboard
   data-ticket-reveal   the button that shows and hides what is typed */

import { noteArrival } from "./arrival.js";
import { writeLocalTimes } from "./local_time.js";
import { waitOut } from "./ticket_wait.js";

const parser = new DOMParser();

/** Make `button` show and hide what is typed into `input`. */
export function bindReveal(button, input) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
    input.focus();
  });
}

/** Write `nodes` as what went wrong: in the paragraph for it, which is made if the page came without one. */
function refuse(form, input, nodes, { isWrong = false } = {}) {
  form.querySelector("[role=alert]")?.remove();
  const field = input.parentElement;
  const error = document.createElement("p");
  error.className = "ticket__error";
  error.id = "ticket-error";
  error.setAttribute("role", "alert");
  error.append(...nodes);
  field.after(error);
  field.classList.add("ticket__field--wrong");
  input.setAttribute("aria-describedby", "ticket-error ticket-lasts");
  input.setAttribute("aria-invalid", String(isWrong));
  writeLocalTimes();
  input.focus();
  input.select();
}

/** Show what the site answered to a try that failed; false if it is no answer to this form. */
function showRefusal(form, input, submit, page) {
  const answered = page.querySelector("[data-ticket]");
  const alert = page.querySelector(".ticket__body [role=alert]");
  if (!answered) {
    const words = page.querySelector("div.ticket__body");
    if (words) {
      form.replaceWith(document.importNode(words, true)); // nothing opens it any more
      writeLocalTimes();
    }
    return Boolean(words);
  }
  const [token, fresh] = [form, answered].map((any) => any.querySelector("[name=csrfmiddlewaretoken]"));
  token.value = fresh.value;
  if (alert) {
    const isWrong = answered.querySelector("[aria-invalid=true]") !== null;
    refuse(form, input, document.importNode(alert, true).childNodes, { isWrong });
  }
  waitOut(submit, answered.dataset.waitSeconds);
  return Boolean(alert);
}

/* Sent by a script, so that the page takes the place of its own form: the browser would keep both, and the way back would
   take two steps. What was typed stays when the try fails. */
function sendInPlace(form, input, submit) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) {
      return;
    }
    // A browser offers to keep what stands in a password field only.
    input.type = "password";
    submit.disabled = true;
    try {
      const here = location.pathname + location.search;
      const answer = await fetch(here, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
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
        form.submit(); // cookies are off, or the site is down: its own page says so
      }
    } catch {
      submit.disabled = false;
      refuse(form, input, [form.dataset.unreachable]);
    }
  });
  // Back to this page from the browser's memory: the button must work again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      submit.disabled = false;
    }
  });
}

function keepInSight(form, submit) {
  const viewport = window.visualViewport;
  viewport?.addEventListener("resize", () => {
    const below = submit.getBoundingClientRect().bottom > viewport.offsetTop + viewport.height;
    if (below && form.contains(document.activeElement)) {
      submit.scrollIntoView({ block: "end" });
    }
  });
}

noteArrival();
for (const form of document.querySelectorAll("[data-ticket]")) {
  const input = form.querySelector("input[name=password]");
  const submit = form.querySelector("button[type=submit]");
  bindReveal(form.querySelector("[data-ticket-reveal]"), input);
  sendInPlace(form, input, submit);
  keepInSight(form, submit);
  waitOut(submit, form.dataset.waitSeconds);
}
