/* Fields for a new password in the admin. The server sends each with a hidden button: a field that a script moves loses the
   focus, and what is typed goes nowhere. */

import { bindReveal } from "./password_reveal.js";

/** Have each hidden button in `root` beside a password field show and hide the text of the field. */
export function addReveals(root) {
  for (const button of root.querySelectorAll(".new-password > button[hidden]")) {
    bindReveal(button, button.previousElementSibling);
  }
}
