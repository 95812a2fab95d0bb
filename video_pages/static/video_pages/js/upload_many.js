/* The upload screen: files dropped or chosen travel at once, the form is filled in meanwhile, and one button makes all
   the videos. With one file it looks like the form that it is without this script; with several, each has a title
   and may have a password of its own, and everything else is for all. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.isScreenSet) return;
  uploads.isScreenSet = true;

  const { element, fill } = uploads;

  /* Names as people count: "Part 2" before "Part 10". */
  const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const byName = (one, other) => names.compare(one.name, other.name);

  class Screen {
    constructor(form, input) {
      Object.assign(this, { form, input, words: uploads.words(input), rows: [], isPressed: false });
      Object.assign(this, { isChecking: false, isSending: false });
      this.titleInput = form.elements.namedItem("title");
      this.passwordInput = form.elements.namedItem("password");
      this.button = form.querySelector("[data-w-progress-target=label]");
      this.list = element("ul", { className: "upload-rows" });
      this.list.setAttribute("aria-label", this.words.files);
      this.status = element("p", { className: "w-sr-only" });
      this.status.setAttribute("role", "status");
      this.notice = element("p", { className: "upload-notice" });
      this.notice.setAttribute("role", "status");
      this.build();
      this.listen();
      this.arrange();
    }

    build() {
      const { form, input, words } = this;
      input.multiple = true;
      input.removeAttribute("required");
      this.zone = uploads.dropZone(form, input, words, (files) => this.add(files));
      this.zone.after(this.list, this.status);
      const footer = form.querySelector("footer");
      if (footer) footer.before(this.notice);
      else form.append(this.notice);
      this.onePassword = uploads.labelOf(this.passwordInput)?.textContent.trim();
    }

    listen() {
      this.form.addEventListener("submit", (event) => this.press(event), true);
      window.addEventListener("beforeunload", (event) => {
        const isBusy = this.rows.some((row) => row.transfer.isUnderWay || row.isSaving || row.isWanted);
        if (isBusy && !uploads.leaving) event.preventDefault();
      });
    }

    get taken() {
      return this.rows.filter((row) => row.transfer.state !== "refused" && !row.saved);
    }

    add(files) {
      if (!files.length) return;
      uploads.showFieldError(this.input);
      // What was refused makes room for what is chosen in its place.
      this.rows.filter((row) => row.transfer.state === "refused").forEach((row) => this.drop(row));
      [...files].sort(byName).forEach((file) => this.addOne(file));
      this.arrange();
    }

    addOne(file) {
      const known = this.rows.find((row) => row.transfer.fingerprint === uploads.fingerprint(file));
      if (known) {
        this.status.textContent = fill(this.words.twice, { name: file.name });
        return;
      }
      const row = new uploads.Row(file, {
        words: this.words,
        input: this.input,
        tag: "li",
        onChange: () => this.changed(row),
        onRemove: () => this.remove(row),
      });
      row.titleInput = uploads.rowField(row, "text", "title", row.title);
      row.passwordInput = uploads.rowField(row, "password", "ownPassword", "", this.words.ownPasswordHelp);
      this.rows.push(row);
      this.list.append(row.element);
      if (file.size > Number(this.input.dataset.maxBytes)) row.refuse(this.input.dataset.tooLarge);
      else row.transfer.start();
    }

    changed(row) {
      if (["ready", "refused"].includes(row.transfer.state)) {
        this.save();
      }
      uploads.hideUnfinished(row.transfer.url);
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
      this.status.textContent = fill(this.words.leftBehind, { name: row.file.name });
      (next && next !== row ? next.removeButton : this.input).focus();
      if (!this.rows.length) this.rest();
      this.arrange();
      this.save();
    }

    /* Show one file's title in the form's own field, several files' in their rows. */
    arrange() {
      const isMany = this.rows.length > 1;
      const [first] = this.rows;
      const fieldOf = (input) => input.closest("li") ?? input.closest("[data-field]");
      if (this.rows.length === 1 && !this.wasMany) this.suggestTitle(first);
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
        row.fields.hidden = !isMany || row.transfer.state === "refused" || Boolean(row.saved);
      });
      fieldOf(this.titleInput).hidden = isMany;
      const thumbnail = this.form.elements.namedItem("thumbnail");
      if (thumbnail) fieldOf(thumbnail).hidden = isMany;
      uploads.renameLabel(this.passwordInput, isMany ? this.words.passwordForAll : this.onePassword);
      this.nameButton();
    }

    suggestTitle(row) {
      if (this.titleInput.value && this.titleInput.value !== this.suggested) return;
      this.titleInput.value = row.title;
      this.suggested = row.title;
    }

    nameButton() {
      const count = this.taken.length;
      const label = count > 1 ? uploads.counted(this.words.makeMany, count) : this.words.makeOne;
      const waits = this.isPressed && this.taken.some((row) => row.transfer.state !== "ready");
      this.notice.textContent = waits ? uploads.counted(this.words.waitMany, count) : "";
      if (!this.isPressed && this.button) this.button.textContent = label;
    }

    /* The values that stand for one row in what is posted. */
    values(row) {
      const own = this.wasMany
        ? { title: row.titleInput.value, password: row.passwordInput.value || this.passwordInput.value }
        : {};
      return this.wasMany ? { ...own, several: "1", thumbnail: "", before: this.placeOf(row) } : own;
    }

    /* The id of the page that the row's video is put before: files arrive in any order, and stand in that of their names. */
    placeOf(row) {
      const after = this.rows.filter((other) => other.page && byName(row.file, other.file) < 0);
      return after.sort((one, other) => byName(one.file, other.file))[0]?.page ?? "";
    }

    async press(event) {
      if (!this.rows.length) return; // the form says that a file is missing
      event.preventDefault();
      // A file that is not taken has to be looked at first: nobody should believe that it became a video.
      const refused = this.rows.find((row) => row.transfer.state === "refused");
      if (this.isPressed || refused) {
        event.stopImmediatePropagation();
        if (!this.isPressed) this.rest(this.words.notSaved);
        refused?.element.focus();
        return;
      }
      this.isPressed = this.isChecking = true;
      uploads.clearErrors(this);
      this.notice.textContent = this.words.checking;
      await new Promise((resolve) => setTimeout(resolve, uploads.EDITOR_DELAY));
      for (const row of this.taken) {
        const asked = { check: "1", video_file_name: row.file.name, video_file_size: String(row.file.size) };
        const data = uploads.contents(this.form, this.input, { ...this.values(row), ...asked });
        const answer = await uploads.send(this.form, data);
        if (answer.status !== 204 && !this.take(row, answer)) return;
        row.isWanted = true;
      }
      this.isChecking = false;
      this.nameButton();
      this.save();
    }

    /* Make the videos whose files are there, one after the other. */
    async save() {
      // A file may arrive while the form is still being checked: nothing is wanted yet, and nothing is over.
      if (!this.isPressed || this.isChecking || this.isSending) return;
      this.isSending = true;
      for (;;) {
        const row = this.taken.find((other) => other.isWanted && other.transfer.state === "ready");
        if (!row) break;
        row.isSaving = true;
        row.draw();
        const token = { [this.input.dataset.tokenName]: row.transfer.token };
        const answer = await uploads.send(this.form, uploads.contents(this.form, this.input, { ...this.values(row), ...token }));
        row.isSaving = false;
        if (answer.status === 200 && answer.type.startsWith("application/json")) {
          const said = JSON.parse(answer.text);
          Object.assign(row, { saved: true, isWanted: false, page: said.page });
          this.leadsTo = said.leads_to;
          row.draw();
        } else if (!this.take(row, answer)) {
          this.isSending = false;
          return;
        }
      }
      this.isSending = false;
      this.arrange();
      if (this.taken.some((row) => row.isWanted)) return; // their bytes still travel
      if (this.rows.length && this.rows.every((row) => row.saved)) uploads.leaveTo(this.form, this.way());
      else this.rest(this.words.notSaved);
    }

    /* Where the person is led: after several videos by way of the address that sums them up in one message. */
    way() {
      if (this.rows.length < 2) return this.leadsTo;
      const made = this.rows.map((row) => ["page", row.page]);
      return `${this.input.dataset.madeUrl}?${new URLSearchParams(made)}`;
    }

    /* Show what is wrong, and wait for the next press. Always returns false. */
    take(row, answer) {
      this.rows.forEach((other) => Object.assign(other, { isWanted: false }));
      row.draw();
      if (answer.status === 422) {
        uploads.showErrors(this, row, JSON.parse(answer.text).errors);
        this.rest(this.words.notSaved);
      } else {
        this.rest(uploads.reasonOf(answer.status, this.words));
      }
      return false;
    }

    /* The button can be pressed again. */
    rest(words = "") {
      this.isPressed = this.isChecking = false;
      uploads.freeButton(this.form);
      this.notice.textContent = words;
      // Wagtail's button takes its former words back a moment later.
      setTimeout(() => {
        this.nameButton();
        this.notice.textContent = words;
      }, 100);
    }
  }

  function begin() {
    const input = document.querySelector("input[type=file][data-video-upload][data-check]");
    // Without the tus script, lost on its way, the form is the simple one that it is without any.
    if (input && window.tus) new Screen(input.form, input);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
