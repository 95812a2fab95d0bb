/* Times of chapters from the film in the page editor: “New chapter here” adds a row, “From here” sets the time of one. */

import { formatTime } from "./time_format.js";

const START = "[name^='chapters-'][name$='-start_seconds']";
const film = () => document.querySelector("[data-film]");
const words = () => film()?.querySelector("[data-new-chapter]")?.dataset;

const rows = () =>
  [...document.querySelectorAll("#id_chapters-FORMS > [data-inline-panel-child]")].filter(
    (row) => row.querySelector("[name$='-DELETE']")?.value !== "1",
  );

const say = (text) => {
  film().querySelector("[data-film-status]").textContent = text;
};

/** Return the beginning of the second in which the film is, as text. */
const here = () => formatTime(film().querySelector("[data-film-video]").currentTime);

/** Type `text` into `field`, so that the form knows of the change. */
function type(field, text) {
  field.value = text;
  for (const name of ["input", "change"]) {
    field.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

/** Return the row that begins at `time` as it is written, or undefined. */
const rowAt = (time) => rows().find((row) => row.querySelector(START)?.value.trim() === time);

const isEmpty = (row) =>
  !row.querySelector(START)?.value.trim() && !row.querySelector("[name$='-title']")?.value.trim();

/** Fill the time of a new row, or of one that is empty, and lead to its title. */
function addChapter() {
  const time = here();
  const taken = rowAt(time);
  if (taken) {
    say(words().taken.replace("{time}", time));
    taken.querySelector("[name$='-title']").focus();
    return;
  }
  let row = rows().find(isEmpty);
  if (!row) {
    document.querySelector("#id_chapters-ADD").click();
    row = rows().at(-1);
  }
  type(row.querySelector(START), time);
  say(words().added.replace("{time}", time));
  row.querySelector("[name$='-title']").focus();
}

/** Put a button beside the time of each row that has none. */
function addButtons() {
  const texts = words();
  for (const field of texts ? document.querySelectorAll(`#id_chapters-FORMS ${START}`) : []) {
    if (!field.parentElement.querySelector("[data-from-here-button]")) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button button-small button-secondary film__from-here" });
      button.dataset.fromHereButton = "";
      button.textContent = texts.fromHere;
      button.title = texts.fromHereLabel;
      button.addEventListener("click", () => type(field, here()));
      field.after(button);
    }
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-new-chapter]")) {
    addChapter();
  }
});

document.addEventListener("film:shown", addButtons);

const list = document.querySelector("#id_chapters-FORMS");
if (list) {
  new MutationObserver(addButtons).observe(list, { childList: true });
}
addButtons();
