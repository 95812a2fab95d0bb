/* Forms with one video file: "New version" of a video, wagtailmedia's "Add video" and "Editing", and its chooser.

   When the form is submitted, its file is uploaded first, by tus and with its progress; then the form is sent with a
   token in place of the file. Without this script the form is an ordinary one. The upload screen has upload_screen.js. */

import { element, messagesOf, releaseButtons, showFieldError } from "./upload_dom.js";
import { addDropZone } from "./upload_drop_zone.js";
import {
  clearMessages,
  failureMessage,
  formData,
  isJson,
  isLeaving,
  leaveTo,
  postForm,
  showResponse,
} from "./upload_form.js";
import { Row } from "./upload_row.js";
import { titleFromFilename } from "./upload_text.js";

const FILE_INPUT = "input[type=file][data-video-upload]:not([data-check])";
const rows = new Map(); // form -> Row

const isChooser = (form) => form.matches(".media-upload");

function refuseTooLarge(input) {
  const file = input.files[0];
  const isTooLarge = Boolean(file) && file.size > Number(input.dataset.maxBytes);
  showFieldError(input, isTooLarge ? input.dataset.tooLarge : "");
  return isTooLarge;
}

/** Place the row above the bar with the button, if there is one. */
function place(form, row) {
  const footer = form.querySelector("footer") ?? form.querySelector("button[type=submit]")?.closest("li");
  if (footer) {
    footer.before(row.element);
  } else {
    form.append(row.element);
  }
  row.element.scrollIntoView({ block: "center" });
}

function removeRow(form, row) {
  rows.delete(form);
  row.element.remove();
  releaseButtons(form);
}

async function sendForm(form, input, row) {
  row.setCreation("saving");
  const token = { [input.dataset.tokenName]: row.transfer.token };
  const answer = await postForm(form, formData(form, input, token));
  if (answer.status === 200 && isJson(answer)) {
    row.setCreation("saved");
    leaveTo(form, JSON.parse(answer.text).leads_to);
    return;
  }
  row.setCreation("");
  releaseButtons(form);
  if (answer.status === 200 && showResponse(form, answer.text)) {
    place(form, row);
    row.showProblem(row.messages.notSaved);
  } else {
    row.showProblem(failureMessage(answer.status, row.messages));
  }
}

/** Submit the chooser's form again with the token: the chooser's own script sends it. */
function sendChooser(form, input, row) {
  const hidden = element("input", { type: "hidden", name: input.dataset.tokenName });
  hidden.value = row.transfer.token;
  form.append(hidden);
  input.value = "";
  row.setCreation("saving");
  form.requestSubmit();
}

function startUpload(form, input) {
  clearMessages();
  const send = isChooser(form) ? sendChooser : sendForm;
  const row = new Row(input.files[0], {
    messages: messagesOf(input),
    input,
    replaces: input.dataset.replaces ?? "",
    mayBeDirect: !isChooser(form), // it stands on screens whose policy does not name the bucket
    onChange: ({ transfer }) => {
      if (transfer.state === "ready") {
        send(form, input, row);
      }
      if (transfer.state === "refused") {
        releaseButtons(form);
        rows.delete(form);
      }
    },
    onRemove: () => removeRow(form, row),
  });
  rows.set(form, row);
  form.querySelectorAll(".upload-row").forEach((old) => old.remove());
  place(form, row);
  row.transfer.start();
}

/** Accept a dropped file on a form about one video; it is uploaded when the button is pressed. */
function acceptDrops(input) {
  const { dropOne, dropOneHelp } = messagesOf(input);
  addDropZone(input.form, input, { label: dropOne, help: dropOneHelp }, ([file]) => {
    if (!file || file === input.files[0]) {
      return;
    }
    const dropped = new DataTransfer();
    dropped.items.add(file);
    input.files = dropped.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.querySelectorAll(`${FILE_INPUT}[data-drop]`).forEach(acceptDrops);

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const input = form.querySelector(FILE_INPUT);
    if (!input?.files.length || !window.tus) {
      return; // the ordinary form is sent, in one request
    }
    // The chooser's own script reports a missing title, at each submission.
    if (isChooser(form) && !form.querySelector("input[name$=title]")?.value) {
      return;
    }
    event.preventDefault();
    const row = rows.get(form);
    const isTooLarge = refuseTooLarge(input);
    if (isTooLarge || isChooser(form) || row) {
      event.stopImmediatePropagation();
    }
    if (isTooLarge) {
      releaseButtons(form);
    } else if (!row) {
      startUpload(form, input);
    } else if (row.transfer.state === "ready") {
      sendForm(form, input, row);
    }
  },
  true,
);

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.(FILE_INPUT)) {
    return;
  }
  refuseTooLarge(input);
  rows.get(input.form)?.remove();
  input.form.querySelectorAll(".upload-row").forEach((refused) => refused.remove());
  const title = input.form.querySelector("input[name$=title]");
  if (title && !title.value && input.files[0]) {
    title.value = titleFromFilename(input.files[0].name);
  }
});

window.addEventListener("beforeunload", (event) => {
  const isBusy = Array.from(rows.values()).some((row) => row.transfer.isActive || row.creation === "saving");
  if (isBusy && !isLeaving()) {
    event.preventDefault();
  }
});
