/* Fields for a new password in the admin. Their texts for the button are those that password_reveal.js reads. */

import { bindReveal } from "./password_reveal.js";

/** Add a button beside each password field in `root` that shows and hides its text. */
export function addReveals(root) {
  for (const input of root.querySelectorAll("input[data-show-label]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary";
    button.textContent = input.dataset.show;
    button.setAttribute("aria-label", input.dataset.showLabel);
    Object.assign(button.dataset, input.dataset);
    const frame = document.createElement("div");
    frame.className = "access-password";
    input.before(frame);
    frame.append(input, button);
    bindReveal(button, input);
  }
}
