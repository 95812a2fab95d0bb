/* What a row of the upload screen has of its own beside its film: thumbnail, captions and description. Files with the name
   of the film fill them; each can be changed by hand. */

import { element } from "./upload_dom.js";
import { captionLanguage, endingsOf } from "./upload_matching.js";
import { plainText } from "./upload_plain_text.js";
import { fill } from "./upload_text.js";

const MOST_TEXT_BYTES = 100_000;

export class Extras {
  /** `row` is a Row of the `screen`, whose `languages` are a `<select>` with all languages. */
  constructor(row, screen) {
    Object.assign(this, { row, screen, messages: row.messages, languages: screen.languages });
    Object.assign(this, { captions: [], picture: null });
    this.summary = element("summary", {});
    this.element = element("details", { className: "upload-row__extras disclosure" }, this.summary);
    if (screen.pictureInput) {
      this.addPicture(screen.pictureInput.accept);
    }
    this.captionList = element("ul", { className: "upload-row__captions" });
    this.captionList.setAttribute("aria-label", this.label("captionsOf"));
    const captions = this.fileInput("captions", endingsOf("captions"), (files) => {
      files.forEach((file) => this.addCaptions(file));
    });
    captions.input.multiple = true;
    captions.field.append(this.captionList);
    this.description = element("textarea", { rows: 3, className: "w-field__input" });
    this.description.placeholder = this.messages.ownDescriptionHelp;
    this.description.addEventListener("input", () => this.describe());
    this.descriptionField = this.field("ownDescription", this.description);
    this.element.append(captions.field, this.descriptionField);
    this.describe();
  }

  /** Show the fields that the form does not have for this film: with one film those that are filled, as they are sent. */
  arrange(isMany) {
    this.element.hidden = ["refused", "saved"].includes(this.row.state);
    this.descriptionField.hidden = !isMany && !this.description.value.trim();
    if (this.pictureField) {
      this.pictureField.hidden = !isMany && !this.picture;
    }
  }

  /** Name in the summary what the film has of its own. */
  describe() {
    const own = [this.picture?.name, ...this.captions.map(({ file }) => file.name)];
    own.push(this.description.value.trim() && this.messages.ownText);
    this.summary.textContent = own.filter(Boolean).join(" · ") || this.messages.more;
  }

  label(name) {
    return fill(this.messages[name], { name: this.row.file.name });
  }

  /** Return a labelled `control`; the accessible name says which film it belongs to. */
  field(name, control) {
    control.id = `upload-${this.row.number}-${name}`;
    const caption = element("label", { htmlFor: control.id, className: "w-field__label" });
    caption.append(
      this.messages[name],
      element("span", { className: "w-sr-only", textContent: ` ${this.row.file.name}` }),
    );
    return element("div", { className: "upload-row__field" }, caption, control);
  }

  fileInput(name, accept, onFiles) {
    const input = element("input", { type: "file", accept });
    const field = this.field(name, input);
    input.addEventListener("change", () => {
      onFiles(Array.from(input.files));
      input.value = "";
    });
    return { input, field };
  }

  addPicture(accept) {
    const { field, input } = this.fileInput("ownThumbnail", accept, ([file]) => file && this.setPicture(file));
    this.pictureField = field;
    this.pictureName = element("span", { className: "upload-row__file-name" });
    this.preview = element("img", { className: "upload-row__preview", alt: "", hidden: true });
    this.removePicture = this.removeButton("removeThumbnail", () => {
      this.setPicture(null);
      (field.hidden ? this.screen.pictureInput : input).focus();
    });
    field.append(element("p", { className: "upload-row__chosen" }, this.preview, this.pictureName, this.removePicture));
    this.element.append(field);
    this.preview.hidden = this.removePicture.hidden = true;
  }

  removeButton(name, onClick, values = {}) {
    const button = element("button", { type: "button", className: "button button-secondary button-small" });
    button.textContent = this.messages.remove;
    button.setAttribute("aria-label", fill(this.messages[name], { name: this.row.file.name, ...values }));
    button.addEventListener("click", onClick);
    return button;
  }

  setPicture(file) {
    if (!this.pictureName) {
      return; // the user may add no images
    }
    URL.revokeObjectURL(this.preview.src); // the former one, if there was any
    this.picture = file;
    this.pictureName.textContent = file?.name ?? "";
    this.preview.hidden = this.removePicture.hidden = !file;
    this.preview.removeAttribute("src");
    if (file) {
      this.preview.src = URL.createObjectURL(file);
    }
    this.describe();
    this.screen.arrange();
  }

  /** Add the captions in `file`; without a language in its name they are in that of the editor. */
  addCaptions(file) {
    if (this.captions.some((each) => each.file.name === file.name)) {
      return;
    }
    const select = this.languages.cloneNode(true);
    const known = Array.from(select.options, (option) => option.value).filter(Boolean);
    select.value = captionLanguage(file.name, this.row.file.name, known) || this.languages.value;
    select.setAttribute("aria-label", fill(this.messages.captionLanguage, { name: file.name }));
    const entry = { file, select };
    const remove = () => {
      this.captions = this.captions.filter((each) => each !== entry);
      item.remove();
      this.describe();
      this.captionList.closest(".upload-row__field").querySelector("input").focus();
    };
    const name = element("span", { className: "upload-row__file-name", textContent: file.name });
    const item = element("li", {}, name, select, this.removeButton("removeCaptions", remove, { name: file.name }));
    this.captions.push(entry);
    this.captionList.append(item);
    this.describe();
  }

  /** Take the text of `file` as the description. Return false, and leave it as it is, if the file has no text. */
  async setDescription(file) {
    const text = plainText(new Uint8Array(await file.slice(0, MOST_TEXT_BYTES).arrayBuffer()));
    if (text !== null) {
      this.description.value = text.trim();
      this.describe();
    }
    return text !== null;
  }

  /** Write what the row has of its own into `data`, the FormData of its request. */
  addTo(data) {
    if (this.picture) {
      data.set("thumbnail", this.picture);
    }
    for (const { file, select } of this.captions) {
      data.append("captions", file);
      data.append("caption_languages", select.value);
    }
    if (this.description.value.trim()) {
      data.set("own_description", this.description.value);
    }
  }
}
