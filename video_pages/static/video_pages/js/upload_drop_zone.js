/* The area of a form where files are dropped. */

import { acceptAnywhere } from "./file_drops.js";
import { element } from "./upload_dom.js";
import { wrap } from "./wrap.js";

const OTHER_FILES = "[data-field] input[type=file]:not([data-check])";

/**
 * Put a frame around the file `input`. Files that are dropped anywhere on the form, or chosen, are given to `onFiles`
 * as a list. Return the frame. With `anywhere`, a text, the whole window takes them, and folders.
 */
export function addDropZone(form, input, { label, help, anywhere = "" }, onFiles) {
  const zone = element("div", { className: "upload-drop" });
  const shown = input.closest(".file-input") ?? input; // file_inputs.js may run before or after this
  wrap(shown, zone);
  zone.prepend(element("p", { className: "upload-drop__label", textContent: label }));
  zone.append(element("p", { className: "upload-drop__help", textContent: help }));
  input.addEventListener("change", () => onFiles(Array.from(input.files)));
  if (anywhere) {
    acceptAnywhere(anywhere, onFiles);
    return zone;
  }
  const isAccepted = (event) =>
    Array.from(event.dataTransfer?.types ?? []).includes("Files") && !event.target.closest(OTHER_FILES);
  form.addEventListener("dragover", (event) => {
    if (isAccepted(event)) {
      event.preventDefault();
      zone.classList.add("upload-drop--over");
    }
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) {
      zone.classList.remove("upload-drop--over");
    }
  });
  form.addEventListener("drop", (event) => {
    if (isAccepted(event)) {
      event.preventDefault();
      zone.classList.remove("upload-drop--over");
      onFiles(Array.from(event.dataTransfer.files));
    }
  });
  return zone;
}
