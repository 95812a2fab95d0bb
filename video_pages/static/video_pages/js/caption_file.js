/* “Add a track”: a chosen file that names a language, as film.de.vtt does, sets the field for it, unless the editor has. */

import { captionLanguage } from "./upload_matching.js";

/* A word of a title is none: the language stands behind a dot, a line or a hyphen, before the ending. */
const NAMED = /[._-][a-z]{2,3}(-[a-z0-9]{2,8})?\.[a-z]+$/iu;

const form = document.querySelector("[name=without_file]")?.form;
const language = form?.elements.namedItem("language");
let isChosen = false;

language?.addEventListener("change", () => {
  isChosen = true;
});
form?.elements.namedItem("file").addEventListener("change", ({ target }) => {
  const name = target.files[0]?.name ?? "";
  const known = Array.from(language.options, (option) => option.value).filter(Boolean);
  const found = !isChosen && NAMED.test(name) && captionLanguage(name, "", known);
  if (found) {
    language.value = found;
  }
});
