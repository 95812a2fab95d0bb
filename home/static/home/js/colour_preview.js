/* A site's own colour in the settings: a picker beside the text field, and how the colour looks by day and by night. */

import { digits_of, read_look } from "./look_colours.js";

const USUAL = "b3431e"; // the colour without one of the owner's

for (const field of document.querySelectorAll("[data-colour-preview]")) {
  set_up(field);
}

function set_up(field) {
  const { day, night, button, link, pick } = field.dataset;
  const picker = element("input", "colour-preview__picker");
  picker.type = "color";
  picker.setAttribute("aria-label", pick);
  const box = element("div", "colour-preview");
  const panels = { day: panel("day", day, button, link), night: panel("night", night, button, link) };
  box.append(picker, panels.day, panels.night);
  field.after(box);
  let asked = "";

  async function show() {
    const digits = digits_of(field.value) || (field.value.trim() ? "" : USUAL);
    if (!digits || digits === asked) {
      return;
    }
    asked = digits;
    picker.value = `#${digits}`;
    const response = await fetch(field.dataset.colourPreview.replace("000000", digits));
    const look = response.ok ? read_look(await response.text()) : null;
    if (look && asked === digits) {
      for (const [name, each] of Object.entries(panels)) {
        each.style.setProperty("--shown", look[name]);
      }
      box.dataset.shown = digits;
    }
  }

  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", show);
  show();
}

function panel(name, heading, button, link) {
  const made = element("div", `colour-preview__panel colour-preview__panel--${name}`);
  const title = element("p", "colour-preview__title", heading);
  const action = element("span", "colour-preview__button", button);
  const words = element("span", "colour-preview__link", link);
  made.append(title, action, words);
  return made;
}

function element(tag, classes, text = "") {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}
