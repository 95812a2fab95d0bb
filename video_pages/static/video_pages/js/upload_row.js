/* What is seen and heard of one file on its way: name, size, progress, and the buttons to pause and to stop it. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.Row) {
    return;
  }

  const { element, fill, size } = uploads;
  let numbers = 0;

  /* What each state shows: a bar with the share that has arrived, or one that only moves; whether the upload can be
     paused, and whether the file can be taken away. */
  const SHARE = "share";
  const MOVING = "moving";
  const LOOKS = {
    looking: { bar: MOVING, pauses: true },
    queued: { bar: SHARE, pauses: true },
    travelling: { bar: SHARE, pauses: true },
    waiting: { bar: SHARE, pauses: true },
    paused: { bar: SHARE, pauses: true },
    examining: { bar: MOVING },
    ready: {},
    refused: {},
    removed: { stays: true },
    saving: { stays: true },
    saved: { stays: true },
  };

  class Row {
    /* `onChange(row)` is called when the upload's state changes; `onRemove(row)` when the person takes the file away. */
    constructor(file, { words, input, tag = "div", replaces = "", onChange, onRemove }) {
      numbers += 1;
      Object.assign(this, {
        file,
        words,
        onChange,
        onRemove,
        number: numbers,
        lastState: "",
        told: "",
        spokenQuarter: 0,
      });
      this.making = ""; // or wanted, saving, saved: what becomes of the file once it has arrived
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

    /* What is seen of the file: its upload's state, until something is made of it. */
    get state() {
      return ["saving", "saved"].includes(this.making) ? this.making : this.transfer.state;
    }

    make(making) {
      this.making = making;
      this.draw();
    }

    togglePause() {
      if (this.transfer.state === "paused") {
        this.transfer.resume();
      } else {
        this.transfer.pause();
      }
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
      switch (this.state) {
        case "saved":
          return words.done;
        case "saving":
          return words.saving;
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
          return this.making === "wanted" ? words.waitsItsTurn : words.ready;
        case "travelling": {
          if (!speed) {
            return fill(transfer.resumedAt ? words.resumed : words.sent, values);
          }
          const left = fill(words.left, { time: uploads.duration((file.size - sent) / speed) });
          const moving = fill(words.travelling, { ...values, speed: size(speed) });
          return [moving, left, this.making === "wanted" && words.waitsToSave].filter(Boolean).join(" ");
        }
        default:
          return "";
      }
    }

    draw() {
      const { transfer, words, state } = this;
      const { bar, pauses, stays } = LOOKS[state];
      this.element.dataset.state = state;
      this.bar.hidden = !bar;
      if (bar === MOVING) {
        this.bar.removeAttribute("value");
      } else {
        this.bar.value = this.file.size ? transfer.sent / this.file.size : 0;
      }
      this.text.textContent = this.sentence();
      this.text.hidden = !this.text.textContent;
      this.pauseButton.hidden = !pauses;
      const isPaused = state === "paused";
      this.pauseButton.textContent = isPaused ? words.resume : words.pause;
      const says = isPaused ? words.resumeFile : words.pauseFile;
      this.pauseButton.setAttribute("aria-label", fill(says, { name: this.file.name }));
      this.removeButton.textContent = transfer.isUnderWay || isPaused ? words.cancel : words.remove;
      this.removeButton.hidden = Boolean(stays);
      this.drawProblem();
      this.speak(state);
      this.lastState = state;
      if (transfer.state !== this.told) {
        this.told = transfer.state;
        this.onChange(this);
      }
    }

    /* Why the file is not taken; what else was said beside it holds until it moves on. */
    drawProblem() {
      const { transfer, words, state } = this;
      const reason = transfer.reason || fill(words.inBetween, { status: transfer.status });
      if (state === "refused") {
        this.fail(`${reason} ${words.howOn}`);
      } else if (state !== this.lastState || state === "travelling") {
        this.fail("");
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
      if (this.problem.textContent !== text) {
        this.problem.textContent = text;
      }
      this.problem.hidden = !text;
    }

    refuse(reason) {
      this.transfer.change("refused", { reason });
    }
  }

  uploads.Row = Row;
})();
