/* The button of the page editor's panel with the HTML of a frame. Without this script, the text is selected by hand.
   data-embed-panel   contains data-embed-code and data-embed-copy */

import { copyText } from "./copy_text.js";

for (const panel of document.querySelectorAll("[data-embed-panel]")) {
  const button = panel.querySelector("[data-embed-copy]");
  button.hidden = false;
  button.addEventListener("click", () => copyText(panel.querySelector("[data-embed-code]"), button));
}
