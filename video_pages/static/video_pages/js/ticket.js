/* The password form's comforts. Without this module the form works as well, only more plainly.
   data-ticket          the form: sent once, its button kept in sight above a phone's keyboard
   data-ticket-reveal   the button that shows and hides what is typed */

import { noteArrival } from "./arrival.js";

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

function sendOnce(form, input, submit) {
  form.addEventListener("submit", () => {
    // A browser offers to keep what stands in a password field only.
    input.type = "password";
    submit.disabled = true;
  });
  // Back to this page from the browser's memory: the button must work again.
  window.addEventListener("pageshow", () => {
    submit.disabled = false;
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
  sendOnce(form, input, submit);
  keepInSight(form, submit);
}
