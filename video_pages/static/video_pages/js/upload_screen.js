/* The upload screen. Files are uploaded as soon as they are dropped or chosen, while the form is filled in, and one
   button creates all videos. With one file the screen has the fields that it has without this script; with several,
   each file has a title and may have a password, a thumbnail, captions and a description of its own; the fields of the
   form apply to all others. Files with the name of a film go with it (upload_sorting.js). */

import { Creation } from "./upload_creation.js";
import { offerNewSection } from "./new_section.js";
import { addReveals } from "./password_fields.js";
import { element, messagesOf, showFieldError } from "./upload_dom.js";
import { addDropZone } from "./upload_drop_zone.js";
import { Extras } from "./upload_extras.js";
import { addRowField, sharedLabels } from "./upload_fields.js";
import { formData, isLeaving } from "./upload_form.js";
import { endingsOf } from "./upload_matching.js";
import { FormPassword } from "./upload_password.js";
import { Row } from "./upload_row.js";
import { Sorting } from "./upload_sorting.js";
import { fill, fingerprintOf, joinSentences } from "./upload_text.js";
import { hideUnfinished } from "./upload_unfinished.js";

/* Natural order: "Part 2" before "Part 10". */
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const byName = (one, other) => names.compare(one.name, other.name);

class Screen {
  constructor(form, input) {
    Object.assign(this, { form, input, messages: messagesOf(input), rows: [] });
    this.titleInput = form.elements.namedItem("title");
    this.passwordInput = form.elements.namedItem("password");
    this.list = element("ul", { className: "upload-rows" });
    this.list.setAttribute("aria-label", this.messages.files);
    this.status = element("p", { className: "w-sr-only" });
    this.status.setAttribute("role", "status");
    this.creation = new Creation(this);
    this.languages = document.querySelector("template[data-caption-languages]")?.content.firstElementChild;
    this.sorting = new Sorting(this, input.accept);
    this.build();
    this.listen();
    this.arrange();
    this.add(Array.from(input.files)); // chosen before this script had loaded
  }

  build() {
    const { form, input, messages } = this;
    input.multiple = true;
    input.accept += `,${endingsOf()}`;
    input.removeAttribute("required");
    const help = joinSentences(messages.dropHelp, messages.dropMore);
    const texts = { label: messages.drop, help, anywhere: messages.dropAnywhere };
    const zone = addDropZone(form, input, texts, (files) => this.add(files));
    zone.after(this.sorting.notice, this.list, this.status);
    const footer = form.querySelector("footer");
    if (footer) {
      footer.before(this.creation.notice);
    } else {
      form.append(this.creation.notice);
    }
    addReveals(form);
    offerNewSection(form.elements.namedItem("section"));
    this.password = new FormPassword(this);
    this.pictureInput = form.elements.namedItem("thumbnail");
    this.renameShared = sharedLabels(form, messages);
  }

  listen() {
    this.titleInput.addEventListener("input", () => Object.assign(this, { isTitled: true }), { once: true });
    this.form.addEventListener("submit", (event) => this.submit(event), true);
    window.addEventListener("beforeunload", (event) => {
      const isBusy = this.rows.some((row) => row.transfer.isActive || ["requested", "saving"].includes(row.creation));
      if (isBusy && !isLeaving()) {
        event.preventDefault();
      }
    });
  }

  /** Rows whose video is not created yet and whose file is not refused. */
  get pendingRows() {
    return this.goodRows.filter((row) => row.state !== "saved");
  }

  get refusedRows() {
    return this.rows.filter((row) => row.state === "refused");
  }

  get goodRows() {
    return this.rows.filter((row) => row.state !== "refused");
  }

  get savedRows() {
    return this.rows.filter((row) => row.state === "saved");
  }

  /** True once videos are created and no file is left that could become one. */
  get isDone() {
    return this.savedRows.length > 0 && !this.pendingRows.length;
  }

  add(files) {
    if (!files.length) {
      return;
    }
    showFieldError(this.input);
    this.creation.clearNotice();
    const films = this.sorting.filmsOf(files);
    if (films.length) {
      // New films take the place of refused ones.
      this.refusedRows.forEach((row) => this.drop(row));
    }
    [...films].sort(byName).forEach((file) => this.addOne(file));
    this.arrange();
    this.sorting.place();
  }

  addOne(file) {
    const known = this.rows.find((row) => row.transfer.fingerprint === fingerprintOf(file));
    if (known) {
      this.status.textContent = fill(this.messages.duplicate, { name: file.name });
      return;
    }
    const row = new Row(file, {
      messages: { ...this.messages, saving: this.messages.creating },
      input: this.input,
      tag: "li",
      onChange: () => this.update(row),
      onRemove: () => this.remove(row),
    });
    row.titleInput = addRowField(row, "text", "title", row.title);
    row.passwordInput = addRowField(row, "password", "ownPassword", "", this.messages.ownPasswordHelp);
    row.extras = new Extras(row, this);
    row.fields.after(row.extras.element);
    this.rows.push(row);
    this.list.append(row.element);
    if (file.size > Number(this.input.dataset.maxBytes)) {
      row.refuse(this.input.dataset.tooLarge);
    } else {
      row.transfer.start();
    }
  }

  update(row) {
    if (["ready", "refused"].includes(row.state)) {
      this.creation.proceed();
    }
    hideUnfinished(row.transfer.url);
    this.arrange();
  }

  drop(row) {
    this.rows = this.rows.filter((other) => other !== row);
    row.element.remove();
  }

  remove(row) {
    const next = this.rows[this.rows.indexOf(row) + 1] ?? this.rows.at(-2);
    this.drop(row);
    this.input.value = "";
    this.status.textContent = fill(this.messages.removed, { name: row.file.name });
    (next && next !== row ? next : this.input).focus();
    this.creation.clearNotice();
    if (!this.rows.length) {
      this.creation.reset();
    }
    this.arrange();
    this.creation.proceed();
  }

  /** Show the title of one file in the form's own field, those of several files in their rows. */
  arrange() {
    const isMany = this.rows.length > 1;
    const [first] = this.rows;
    const fieldOf = (input) => input.closest("li") ?? input.closest("[data-field]");
    if (this.rows.length === 1 && !this.wasMany) {
      this.suggestTitle(first);
    }
    if (isMany !== Boolean(this.wasMany)) {
      if (isMany && this.titleInput.value && this.titleInput.value !== this.suggested) {
        first.titleInput.value = this.titleInput.value;
      } else if (!isMany && first) {
        this.titleInput.value = first.titleInput.value;
        this.suggested = first.title;
      }
      this.wasMany = isMany;
    }
    this.rows.forEach((row) => {
      row.fields.hidden = !isMany || ["refused", "saved"].includes(row.state);
      row.extras.arrange(isMany);
    });
    fieldOf(this.titleInput).hidden = isMany;
    if (this.pictureInput) {
      fieldOf(this.pictureInput).hidden = !isMany && Boolean(first?.extras.picture);
    }
    this.renameShared(isMany);
    this.password.arrange(isMany);
    this.creation.draw();
  }

  /** Suggest the title of the only file, until somebody types one: a field that was cleared stays empty. */
  suggestTitle(row) {
    if (!this.isTitled && (!this.titleInput.value || this.titleInput.value === this.suggested)) {
      this.titleInput.value = this.suggested = row.title;
    }
  }

  /** Return the form's data for one row, with `values` besides. */
  dataOf(row, values) {
    const data = formData(this.form, this.input, { ...this.valuesOf(row), ...values });
    row.extras.addTo(data);
    return data;
  }

  valuesOf(row) {
    if (!this.wasMany) {
      return {};
    }
    const password = row.passwordInput.value || this.passwordInput.value;
    return { title: row.titleInput.value, password, several: "1", before: this.pageAfter(row) };
  }

  /** Return the id of the created page that follows the row's video in the order of names, or "". */
  pageAfter(row) {
    const after = this.rows.filter((other) => other.page && byName(row.file, other.file) < 0);
    return after.sort((one, other) => byName(one.file, other.file))[0]?.page ?? "";
  }

  submit(event) {
    event.preventDefault();
    // Wagtail hears of a submission that is sent, so that it sees no unsaved changes.
    if (!this.creation.isIdle || !this.pendingRows.length) {
      event.stopImmediatePropagation();
    }
    if (this.creation.isIdle) {
      this.creation.begin();
    }
  }

  /** Return the address to go to: after several videos, the one that reports all of them in one message. */
  nextAddress() {
    if (!this.hasMadeSeveral) {
      return this.leadsTo;
    }
    const created = this.savedRows.map((row) => ["page", row.page]);
    return `${this.input.dataset.madeUrl}?${new URLSearchParams(created)}`;
  }
}

const input = document.querySelector("input[type=file][data-video-upload][data-check]");
// If the tus client did not load, the form is the one without scripts.
if (input && window.tus) {
  new Screen(input.form, input);
}
