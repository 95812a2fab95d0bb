/* The making of the videos that are on the upload screen: one state machine, and the only writer of the screen's notice
   and of the words on its button.

   resting -> checking -> arriving -> making -> leaving. Each but the last falls back to resting, with what is wrong as
   its words. A try begins with the button; what was said of the one before goes then, or when the list of files
   changes. What concerns one file stands in its row. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.Making) {
    return;
  }

  const { counted } = uploads;
  const A_DAY = 24 * 3600 * 1000;

  class Making {
    constructor(screen) {
      const { form, words } = screen;
      Object.assign(this, { screen, form, words, state: "resting", said: "", isSending: false });
      this.label = form.querySelector("[data-w-progress-target=label]");
      this.button = this.label?.closest("button");
      // Wagtail's button can be pressed again after half a minute; a film may take hours to arrive.
      if (this.button) {
        this.button.dataset.wProgressDurationValue = String(A_DAY);
      }
      this.notice = uploads.element("p", { className: "upload-notice" });
      this.notice.setAttribute("role", "status");
    }

    get isResting() {
      return this.state === "resting";
    }

    change(state, said = "") {
      Object.assign(this, { state, said });
      this.draw();
    }

    /* Back to the form, with what is wrong: the button can be pressed again. */
    rest(said = "") {
      this.screen.rows.forEach((row) => row.making === "wanted" && row.make(""));
      this.change("resting", said);
      uploads.freeButton(this.form);
    }

    /* Other files are in the list: what was said of the former ones is over. */
    forgetWords() {
      if (this.isResting) {
        this.said = "";
      }
    }

    draw() {
      const { words, screen } = this;
      const count = screen.taken.length;
      const travelling = screen.taken.filter((row) => row.transfer.state !== "ready").length;
      const notices = {
        resting: this.said,
        checking: words.checking,
        arriving: counted(words.waitMany, Math.max(1, travelling)),
        making: counted(words.makingMany, Math.max(1, screen.rows.length)),
      };
      const notice = notices[this.state] ?? "";
      if (this.notice.textContent !== notice) {
        this.notice.textContent = notice;
      }
      if (!this.button) {
        return;
      }
      const label = count > 1 ? counted(words.makeMany, count) : words.makeOne;
      const busy =
        { checking: words.checkingShort, arriving: words.uploading }[this.state] ??
        this.makingWords(screen.rows.length);
      this.button.dataset.wProgressLabelValue = label;
      this.button.dataset.wProgressActiveValue = busy;
      this.label.textContent = this.isResting ? label : busy;
    }

    makingWords(count) {
      return counted(this.words.makingShort, Math.max(1, count));
    }

    /* The button was pressed: see that everything typed is right, and make what has arrived. */
    async begin() {
      const { screen, words } = this;
      this.change("checking");
      uploads.clearErrors(screen);
      if (!screen.isReady) {
        if (!screen.rows.length) {
          uploads.showFieldError(screen.input, words.chooseFile);
        }
        (screen.rows.find((row) => row.state === "refused")?.element ?? screen.input).focus();
        this.rest(words.notSaved);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, uploads.EDITOR_DELAY));
      for (const row of screen.taken) {
        const asked = { check: "1", video_file_name: row.file.name, video_file_size: String(row.file.size) };
        const answer = await uploads.send(this.form, screen.contents(row, asked));
        if (answer.status !== 204) {
          this.fail(row, answer);
          return;
        }
        row.make("wanted");
      }
      this.change("arriving");
      this.goOn();
    }

    /* Make the videos whose files are there, one after the other. Called whenever a file has arrived or is gone. */
    async goOn() {
      // A file may arrive while the form is still being checked: nothing is wanted yet, and nothing is over.
      if (!["arriving", "making"].includes(this.state) || this.isSending) {
        return;
      }
      const { screen } = this;
      this.isSending = true;
      const isDone = await this.makeWhatArrived();
      this.isSending = false;
      if (!isDone) {
        return;
      }
      if (screen.taken.some((row) => row.making === "wanted")) {
        this.change("arriving"); // their bytes still travel
      } else if (screen.rows.length && screen.rows.every((row) => row.state === "saved")) {
        this.change("leaving");
        uploads.leaveTo(this.form, screen.way());
      } else {
        this.rest(screen.rows.some((row) => row.state === "refused") ? this.words.notSaved : "");
      }
    }

    async makeWhatArrived() {
      const { screen } = this;
      for (;;) {
        const row = screen.taken.find((other) => other.making === "wanted" && other.transfer.state === "ready");
        if (!row) {
          return true;
        }
        const isLast = screen.taken.every((other) => other.transfer.state === "ready");
        this.change(isLast ? "making" : "arriving");
        row.make("saving");
        const token = { [screen.input.dataset.tokenName]: row.transfer.token };
        const answer = await uploads.send(this.form, screen.contents(row, token));
        if (answer.status !== 200 || !answer.type.startsWith("application/json")) {
          row.make("");
          this.fail(row, answer);
          return false;
        }
        const said = JSON.parse(answer.text);
        screen.leadsTo = said.leads_to;
        row.page = said.page;
        row.make("saved");
        screen.arrange();
      }
    }

    /* Show what the server found wrong, and wait for the next press. */
    fail(row, answer) {
      const isAboutFields = answer.status === 422;
      this.rest(isAboutFields ? this.words.notSaved : uploads.reasonOf(answer.status, this.words));
      if (isAboutFields) {
        uploads.showErrors(this.screen, row, JSON.parse(answer.text).errors);
      }
    }
  }

  uploads.Making = Making;
})();
