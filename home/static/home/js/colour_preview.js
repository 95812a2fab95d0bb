/* A site's own colour and fonts in the settings: a picker beside the colour, and how both look by day and by night. */

import { digitsOf, readLook } from "./look_colours.js";

// The colours without one of the owner's, as in tokens.css.
const USUAL = "b3431e";
const USUAL_LOOK = {
  day: { link: "#b3431e", fill: "#b3431e", text: "#fff", edge: "transparent" },
  night: { link: "#ff9b62", fill: "#ff9b62", text: "#1c0d05", edge: "transparent" },
};

for (const field of document.querySelectorAll("[data-colour-preview]")) {
  setUp(field);
}

function setUp(field) {
  const { day, night, pick } = field.dataset;
  const picker = element("input", "colour-preview__picker");
  picker.type = "color";
  picker.setAttribute("aria-label", pick);
  const box = element("div", "colour-preview");
  const panels = { day: panel("day", day, field.dataset), night: panel("night", night, field.dataset) };
  box.append(picker, panels.day, panels.night);
  field.after(box);
  let asked;

  async function show() {
    const typed = field.value.trim();
    const digits = typed ? digitsOf(typed) : USUAL;
    if (!digits || typed === asked) {
      return;
    }
    asked = typed;
    picker.value = `#${digits}`;
    const look = typed ? await lookOf(digits) : USUAL_LOOK;
    if (look && asked === typed) {
      for (const [name, each] of Object.entries(panels)) {
        for (const [part, colour] of Object.entries(look[name])) {
          each.style.setProperty(`--shown-${part}`, colour);
        }
      }
      box.dataset.shown = digits;
    }
  }

  async function lookOf(digits) {
    const response = await fetch(field.dataset.colourPreview.replace("000000", digits));
    return response.ok ? readLook(await response.text()) : null;
  }

  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", show);
  show();

  const choices = document.querySelectorAll('input[name="fonts"]');

  function showFonts() {
    box.dataset.fonts = [...choices].find((choice) => choice.checked)?.value ?? "instrument";
  }

  for (const choice of choices) {
    choice.addEventListener("change", showFonts);
  }
  showFonts();
}

function panel(name, heading, { title, text, button, link }) {
  const made = element("div", `colour-preview__panel colour-preview__panel--${name}`);
  made.append(
    element("p", "colour-preview__heading", heading),
    element("p", "colour-preview__title", title),
    element("p", "colour-preview__text", text),
    element("span", "colour-preview__button", button),
    element("span", "colour-preview__link", link),
  );
  return made;
}

function element(tag, classes, text = "") {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}
