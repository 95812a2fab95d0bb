/* Pages to print: the button opens the browser's dialog. Without scripts there is none; the browser's menu prints. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
