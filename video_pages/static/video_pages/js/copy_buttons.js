/* Buttons that copy the text of an element. Without this module they are hidden.
   data-copy   the id of the element, a field or any other; data-copied is the label afterwards, data-not-copied what is
               said if the browser refuses */

import { copyText } from "./copy_text.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", () => copyText(source, button));
}
