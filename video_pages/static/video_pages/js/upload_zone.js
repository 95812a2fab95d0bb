/* The place where files are dropped, and the list of those that another day left half-way. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.dropZone) {
    return;
  }

  const { element } = uploads;
  const OTHER_FILES = "[data-field] input[type=file]:not([data-check])";

  /* Put a frame around the file `input` that takes dropped files, anywhere on the form; `onFiles` is given a list. */
  uploads.dropZone = (form, input, words, onFiles) => {
    const zone = element("div", { className: "upload-drop" });
    input.before(zone);
    zone.append(
      element("p", { className: "upload-drop__words", textContent: words.drop }),
      input,
      element("p", { className: "upload-drop__help", textContent: words.dropHelp }),
    );
    input.addEventListener("change", () => onFiles(Array.from(input.files)));
    const isForUs = (event) =>
      Array.from(event.dataTransfer?.types ?? []).includes("Files") && !event.target.closest(OTHER_FILES);
    form.addEventListener("dragover", (event) => {
      if (!isForUs(event)) {
        return;
      }
      event.preventDefault();
      zone.classList.add("upload-drop--over");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) {
        zone.classList.remove("upload-drop--over");
      }
    });
    form.addEventListener("drop", (event) => {
      if (!isForUs(event)) {
        return;
      }
      event.preventDefault();
      zone.classList.remove("upload-drop--over");
      onFiles(Array.from(event.dataTransfer.files));
    });
    return zone;
  };

  /* What was listed as unfinished is on its way again. */
  uploads.hideUnfinished = (url) => {
    const item =
      url && document.querySelector(`[data-unfinished-upload="${CSS.escape(new URL(url, location).pathname)}"]`);
    if (!item) {
      return;
    }
    item.hidden = true;
    const list = item.closest("[data-unfinished-uploads]");
    list.hidden = !list.querySelector("[data-unfinished-upload]:not([hidden])");
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-forget-upload]");
    if (!button || !window.confirm(button.dataset.forgetUpload)) {
      return;
    }
    const item = button.closest("[data-unfinished-upload]");
    if (!(await uploads.forget(item.dataset.unfinishedUpload))) {
      return;
    }
    const list = item.closest("[data-unfinished-uploads]");
    item.remove();
    const next = list.querySelector("[data-forget-upload]");
    list.hidden = !next;
    (next ?? document.querySelector("input[data-check]"))?.focus();
  });
})();
