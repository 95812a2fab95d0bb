// Gives every file input of the admin a button and words in the language of the editor: the browser's own speak its own
// language, and no style sheet changes them.
//
// The input stays where it is, without a look of its own: a click, the keyboard, its label and a dropped file work as
// before, and a screen reader finds the same element. Wagtail's screens for several files have such a button already.
import { wrap } from "./wrap.js";

const INPUTS = "input[type=file]:not(.file-input *, .replace-file-input *)";
const { one, several, none, count } = document.querySelector("[data-file-inputs]").dataset;

function wordsFor(input) {
  const words = document.createElement("span");
  words.className = "file-input__words";
  words.setAttribute("aria-hidden", "true");
  const parts = [
    ["button button-small button-secondary file-input__one", one],
    ["button button-small button-secondary file-input__several", several],
    ["file-input__name", nameOf(input)],
  ];
  for (const [className, textContent] of parts) {
    words.append(Object.assign(document.createElement("span"), { className, textContent }));
  }
  return words;
}

function nameOf({ files }) {
  return files.length > 1 ? count.replace("{count}", files.length) : (files[0]?.name ?? none);
}

function show(input) {
  const name = input.closest(".file-input")?.querySelector(".file-input__name");
  if (name) {
    name.textContent = nameOf(input);
  }
}

function addWordsIn(element) {
  for (const input of element.querySelectorAll(INPUTS)) {
    const box = Object.assign(document.createElement("span"), { className: "file-input" });
    box.append(wordsFor(input));
    wrap(input, box);
  }
}

document.addEventListener("change", ({ target }) => target.matches?.("input[type=file]") && show(target));
document.addEventListener("reset", ({ target }) => {
  setTimeout(() => target.querySelectorAll?.("input[type=file]").forEach(show));
});
addWordsIn(document);
new MutationObserver((changes) => {
  const places = new Set(changes.filter(({ addedNodes }) => addedNodes.length).map(({ target }) => target));
  places.forEach(addWordsIn);
}).observe(document.documentElement, { childList: true, subtree: true });
