/* The upload screen: files dropped or chosen travel at once, the form is filled in meanwhile, and one button makes all
   the videos. With one file it looks like the form that it is without this script; with several, each has a title
   and may have a password of its own, and everything else is for all. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.isScreenSet) {
    return;
  }
  uploads.isScreenSet = true;

  const { element, fill } = uploads;

  /* Names as people count: "Part 2" before "Part 10". */
  const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const byName = (one, other) => names.compare(one.name, other.name);

  class Screen {
    constructor(form, input) {
      Object.assign(this, { form, input, words: uploads.words(input), rows: [] });
      this.titleInput = form.elements.namedItem("title");
      this.passwordInput = form.elements.namedItem("password");
      this.list = element("ul", { className: "upload-rows" });
      this.list.setAttribute("aria-label", this.words.files);
      this.status = element("p", { className: "w-sr-only" });
      this.status.setAttribute("role", "status");
      this.making = new uploads.Making(this);
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
      if (footer) {
        footer.before(this.making.notice);
      } else {
        form.append(this.making.notice);
      }
      this.onePassword = uploads.labelOf(this.passwordInput)?.textContent.trim();
      this.onePasswordHelp = uploads.helpOf(this.passwordInput)?.textContent.trim();
    }

    listen() {
      this.form.addEventListener("submit", (event) => this.press(event), true);
      window.addEventListener("beforeunload", (event) => {
        const isBusy = this.rows.some((row) => row.transfer.isUnderWay || ["wanted", "saving"].includes(row.making));
        if (isBusy && !uploads.leaving) {
          event.preventDefault();
        }
      });
    }

    get taken() {
      return this.rows.filter((row) => !["refused", "saved"].includes(row.state));
    }

    add(files) {
      if (!files.length) {
        return;
      }
      uploads.showFieldError(this.input);
      this.making.forgetWords();
      // What was refused makes room for what is chosen in its place.
      this.rows.filter((row) => row.state === "refused").forEach((row) => this.drop(row));
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
        words: { ...this.words, saving: this.words.making },
        input: this.input,
        tag: "li",
        onChange: () => this.changed(row),
        onRemove: () => this.remove(row),
      });
      row.titleInput = uploads.rowField(row, "text", "title", row.title);
      row.passwordInput = uploads.rowField(row, "password", "ownPassword", "", this.words.ownPasswordHelp);
      this.rows.push(row);
      this.list.append(row.element);
      if (file.size > Number(this.input.dataset.maxBytes)) {
        row.refuse(this.input.dataset.tooLarge);
      } else {
        row.transfer.start();
      }
    }

    changed(row) {
      if (["ready", "refused"].includes(row.state)) {
        this.making.goOn();
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
      this.making.forgetWords();
      if (!this.rows.length) {
        this.making.rest();
      }
      this.arrange();
      this.making.goOn();
    }

    /* Show one file's title in the form's own field, several files' in their rows. */
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
      });
      fieldOf(this.titleInput).hidden = isMany;
      const thumbnail = this.form.elements.namedItem("thumbnail");
      if (thumbnail) {
        fieldOf(thumbnail).hidden = isMany;
      }
      uploads.renameLabel(this.passwordInput, isMany ? this.words.passwordForAll : this.onePassword);
      const help = uploads.helpOf(this.passwordInput);
      if (help) {
        help.textContent = isMany ? this.passwordInput.dataset.helpForSeveral : this.onePasswordHelp;
      }
      this.making.draw();
    }

    suggestTitle(row) {
      if (this.titleInput.value && this.titleInput.value !== this.suggested) {
        return;
      }
      this.titleInput.value = row.title;
      this.suggested = row.title;
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

    /* What is posted for one row, with `more` values. */
    contents(row, more) {
      return uploads.contents(this.form, this.input, { ...this.values(row), ...more });
    }

    press(event) {
      event.preventDefault();
      // Wagtail is told of a try that is sent: nothing in the form is unsaved then.
      if (!this.making.isResting || !this.isReady) {
        event.stopImmediatePropagation();
      }
      if (this.making.isResting) {
        this.making.begin();
      }
    }

    /* False while there is nothing to make, or a file that is not taken: it has to be looked at first, so that nobody
       believes that it became a video. */
    get isReady() {
      return this.rows.length > 0 && !this.rows.some((row) => row.state === "refused");
    }

    /* Where the person is led: after several videos by way of the address that sums them up in one message. */
    way() {
      if (this.rows.length < 2) {
        return this.leadsTo;
      }
      const made = this.rows.map((row) => ["page", row.page]);
      return `${this.input.dataset.madeUrl}?${new URLSearchParams(made)}`;
    }
  }

  function begin() {
    const input = document.querySelector("input[type=file][data-video-upload][data-check]");
    // Without the tus script, lost on its way, the form is the simple one that it is without any.
    if (input && window.tus) {
      new Screen(input.form, input);
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin);
  } else {
    begin();
  }
})();
