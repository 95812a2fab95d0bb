/* What is seen and heard of one file on its way: name, size, progress, and the buttons to pause and to stop it. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.Row) return;

  const { element, fill, size } = uploads;
  let numbers = 0;

  class Row {
    /* `onChange(row)` is called when the state changes; `onRemove(row)` when the person takes the file away. */
    constructor(file, { words, input, tag = "div", replaces = "", onChange, onRemove }) {
      numbers += 1;
      Object.assign(this, { file, words, onChange, onRemove, number: numbers, lastState: "", spokenQuarter: 0 });
      this.title = uploads.titleOf(file.name);
      this.build(tag);
      this.transfer = new uploads.Transfer(file, {
        endpoint: input.dataset.tus,
        replaces,
        onChange: () => this.draw(),
      });
    }

    build(tag) {
      const { words, file } = this;
      const name = { name: file.name };
      this.bar = element("progress", { max: 1, value: 0 });
      this.bar.setAttribute("aria-label", fill(words.progress, name));
      this.text = element("p", { className: "upload-row__words" });
      this.problem = element("p", { className: "upload-row__problem error-message", hidden: true });
      this.problem.setAttribute("role", "alert");
      this.spoken = element("p", { className: "w-sr-only" });
      this.spoken.setAttribute("role", "status");
      this.pauseButton = this.button(words.pause, words.pauseFile, () => this.togglePause());
      this.removeButton = this.button(words.cancel, words.removeFile, () => this.remove());
      this.fields = element("div", { className: "upload-row__fields" });
      this.buttons = element("p", { className: "upload-row__buttons" }, this.pauseButton, this.removeButton);
      const head = element(
        "p",
        { className: "upload-row__head" },
        element("strong", { className: "upload-row__name", textContent: file.name }),
        " ",
        element("span", { className: "upload-row__size", textContent: size(file.size) }),
      );
      this.box = element("div", { className: "upload-row__what" }, head, this.bar, this.text, this.problem);
      this.element = element(
        tag,
        { className: "upload-row", tabIndex: -1 },
        this.box,
        this.buttons,
        this.fields,
        this.spoken,
      );
    }

    button(label, description, act) {
      const made = element("button", { type: "button", className: "button button-secondary button-small" });
      made.textContent = label;
      made.setAttribute("aria-label", fill(description, { name: this.file.name }));
      made.addEventListener("click", act);
      return made;
    }

    togglePause() {
      if (this.transfer.state === "paused") this.transfer.resume();
      else this.transfer.pause();
    }

    async remove() {
      const { state, url } = this.transfer;
      const removed = ["refused", "removed"].includes(state) && !url ? null : this.transfer.remove();
      this.onRemove(this);
      await removed;
    }

    /* What `state` means to the person, in a sentence or two. */
    sentence() {
      const { words, transfer, file } = this;
      const { sent, speed } = transfer;
      const values = { sent: size(sent), total: size(file.size), percent: Math.floor((sent / file.size) * 100) };
      if (this.saved) return words.done;
      if (this.isSaving) return words.saving;
      switch (transfer.state) {
        case "looking":
          return words.looking;
        case "queued":
          return words.queued;
        case "paused":
          return fill(words.paused, values);
        case "waiting":
          return fill(words[transfer.trouble], { status: transfer.status });
        case "examining":
          return [words.examining, transfer.reason || words[transfer.trouble]].filter(Boolean).join(" ");
        case "ready":
          return words.ready;
        case "travelling": {
          if (!speed) return fill(transfer.resumedAt ? words.resumed : words.sent, values);
          const left = fill(words.left, { time: uploads.duration((file.size - sent) / speed) });
          const moving = fill(words.travelling, { ...values, speed: size(speed) });
          return [moving, left, this.isWanted && words.waitsToSave].filter(Boolean).join(" ");
        }
        default:
          return "";
      }
    }

    draw() {
      const { transfer, words } = this;
      const { state } = transfer;
      const isRefused = state === "refused";
      const hasBar = !isRefused && !this.saved && state !== "removed";
      this.element.dataset.state = this.saved ? "saved" : state;
      this.bar.hidden = !hasBar;
      if (["looking", "examining"].includes(state) || this.isSaving) this.bar.removeAttribute("value");
      else this.bar.value = this.file.size ? transfer.sent / this.file.size : 0;
      this.text.textContent = this.sentence();
      this.pauseButton.hidden = !["looking", "queued", "travelling", "waiting", "paused"].includes(state);
      const isPaused = state === "paused";
      this.pauseButton.textContent = isPaused ? words.resume : words.pause;
      const says = isPaused ? words.resumeFile : words.pauseFile;
      this.pauseButton.setAttribute("aria-label", fill(says, { name: this.file.name }));
      this.removeButton.textContent = transfer.isUnderWay || isPaused ? words.cancel : words.remove;
      this.removeButton.hidden = Boolean(this.saved || this.isSaving);
      const reason = transfer.reason || fill(words.inBetween, { status: transfer.status });
      if (isRefused) this.fail(`${fill(words.refused, { reason })} ${words.howOn}`);
      else if (state === "travelling") this.fail("");
      this.speak(state);
      if (state !== this.lastState) {
        this.lastState = state;
        this.onChange(this);
      }
    }

    /* Screen readers hear of every quarter and of every new state; a number a second would drown everything else. */
    speak(state) {
      const name = this.file.name;
      const share = this.file.size ? this.transfer.sent / this.file.size : 0;
      if (state === "travelling" && Math.floor(share * 4) > this.spokenQuarter) {
        this.spokenQuarter = Math.floor(share * 4);
        this.spoken.textContent = fill(this.words.said, { name, percent: Math.floor(share * 100) });
      } else if (state !== this.lastState && ["paused", "waiting", "ready"].includes(state)) {
        this.spoken.textContent = fill(this.words.saidState, { name, state: this.sentence() });
      }
    }

    fail(text) {
      if (this.problem.textContent !== text) this.problem.textContent = text;
      this.problem.hidden = !text;
    }

    refuse(reason) {
      this.transfer.change("refused", { reason });
    }
  }

  uploads.Row = Row;
})();
