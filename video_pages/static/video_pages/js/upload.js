/* Forms with one video file: "New version" of a video, wagtailmedia's "Add video", "Editing" and its chooser's tab.

   When the form is sent, its file goes first, by tus, with its progress shown; then the form goes, with a token in the
   file's place. Without this script the form is an ordinary one. The upload screen is upload_many.js's. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.started) {
    return;
  }
  uploads.started = true;

  const FILE_INPUT = "input[type=file][data-video-upload]:not([data-check])";
  const rows = new Map(); // form -> Row

  function isTooLarge(input) {
    const file = input.files[0];
    const tooLarge = Boolean(file) && file.size > Number(input.dataset.maxBytes);
    uploads.showFieldError(input, tooLarge ? input.dataset.tooLarge : "");
    return tooLarge;
  }

  /* Above the bar with the button, where there is one. */
  function place(form, row) {
    const footer = form.querySelector("footer") ?? form.querySelector("button[type=submit]")?.closest("li");
    if (footer) {
      footer.before(row.element);
    } else {
      form.append(row.element);
    }
    row.element.scrollIntoView({ block: "center" });
  }

  function forget(form, row) {
    rows.delete(form);
    row.element.remove();
    uploads.freeButton(form);
  }

  async function sendForm(form, input, row) {
    row.make("saving");
    const token = { [input.dataset.tokenName]: row.transfer.token };
    const answer = await uploads.send(form, uploads.contents(form, input, token));
    if (answer.status === 200 && answer.type.startsWith("application/json")) {
      row.make("saved");
      uploads.leaveTo(form, JSON.parse(answer.text).leads_to);
      return;
    }
    row.make("");
    uploads.freeButton(form);
    if (answer.status === 200 && uploads.showAnswer(form, answer.text)) {
      place(form, row);
      row.fail(row.words.notSaved);
    } else {
      row.fail(uploads.reasonOf(answer.status, row.words));
    }
  }

  /* The chooser sends its form itself, once the file is there. */
  function sendChooser(form, input, row) {
    const hidden = uploads.element("input", { type: "hidden", name: input.dataset.tokenName });
    hidden.value = row.transfer.token;
    form.append(hidden);
    input.value = "";
    row.make("saving");
    form.requestSubmit();
  }

  function go(form, input) {
    uploads.clearAnswer();
    const row = new uploads.Row(input.files[0], {
      words: uploads.words(input),
      input,
      replaces: input.dataset.replaces ?? "",
      onChange: ({ transfer }) => {
        if (transfer.state === "ready") {
          (form.matches(".media-upload") ? sendChooser : sendForm)(form, input, row);
        }
        if (transfer.state === "refused") {
          uploads.freeButton(form);
          rows.delete(form);
        }
      },
      onRemove: () => forget(form, row),
    });
    rows.set(form, row);
    form.querySelectorAll(".upload-row").forEach((old) => old.remove());
    place(form, row);
    row.transfer.start();
  }

  /* Where a form is about one film only, a file may be dropped on it; it is sent when the button is pressed. */
  function addDropZone(input) {
    const { dropOne, dropOneHelp } = uploads.words(input);
    uploads.dropZone(input.form, input, { drop: dropOne, dropHelp: dropOneHelp }, ([file]) => {
      if (!file || file === input.files[0]) {
        return;
      }
      const dropped = new DataTransfer();
      dropped.items.add(file);
      input.files = dropped.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(`${FILE_INPUT}[data-drop]`).forEach(addDropZone);
  });

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const input = form.querySelector(FILE_INPUT);
      if (!input?.files.length || !window.tus) {
        return; // the ordinary form goes, in one request
      }
      const isChooser = form.matches(".media-upload");
      // The chooser's own script says that a title is missing; it does so on every try.
      if (isChooser && !form.querySelector("input[name$=title]")?.value) {
        return;
      }
      event.preventDefault();
      if (isTooLarge(input) || isChooser || rows.get(form)) {
        event.stopImmediatePropagation();
      }
      if (isTooLarge(input)) {
        uploads.freeButton(form);
      } else if (!rows.get(form)) {
        go(form, input);
      } else if (rows.get(form).transfer.state === "ready") {
        sendForm(form, input, rows.get(form));
      }
    },
    true,
  );

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.(FILE_INPUT)) {
      return;
    }
    isTooLarge(input);
    rows.get(input.form)?.remove();
    input.form.querySelectorAll(".upload-row").forEach((refused) => refused.remove());
    const title = input.form.querySelector("input[name$=title]");
    if (title && !title.value && input.files[0]) {
      title.value = uploads.titleOf(input.files[0].name);
    }
  });

  window.addEventListener("beforeunload", (event) => {
    const isBusy = Array.from(rows.values()).some((row) => row.transfer.isUnderWay || row.making === "saving");
    if (isBusy && !uploads.leaving) {
      event.preventDefault();
    }
  });
})();
