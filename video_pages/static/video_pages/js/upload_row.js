/* One file of an upload form: its name, size and progress, and the buttons to pause and to remove it. */

import { element } from "./upload_dom.js";
import { fill, formatDuration, formatSize, joinSentences, titleFromFilename } from "./upload_text.js";
import { Transfer } from "./upload_transfer.js";

let count = 0;

/* The progress bar of each state, with a value or without one; whether the upload can be paused, and whether the file
   must stay in the list. */
const DETERMINATE = "determinate";
const INDETERMINATE = "indeterminate";
const DISPLAY = {
  lookup: { bar: INDETERMINATE, canPause: true },
  queued: { bar: DETERMINATE, canPause: true },
  uploading: { bar: DETERMINATE, canPause: true },
  waiting: { bar: DETERMINATE, canPause: true },
  paused: { bar: DETERMINATE, canPause: true },
  inspecting: { bar: INDETERMINATE },
  ready: {},
  refused: {},
  removed: { isFixed: true },
  saving: { isFixed: true },
  saved: { isFixed: true },
};

export class Row {
  /** `onChange(row)` is called when the upload's state changes; `onRemove(row)` when the user removes the file. */
  constructor(file, { messages, input, tag = "div", replaces = "", mayBeDirect = true, onChange, onRemove }) {
    count += 1;
    Object.assign(this, { file, messages, onChange, onRemove, number: count });
    Object.assign(this, { lastState: "", reportedState: "", announcedQuarter: 0 });
    this.creation = ""; // or requested, saving, saved: the video of the file
    this.title = titleFromFilename(file.name);
    this.build(tag);
    this.transfer = new Transfer(file, {
      endpoint: input.dataset.tus,
      replaces,
      mayBeDirect: mayBeDirect && "direct" in input.dataset,
      onChange: () => this.draw(),
    });
  }

  build(tag) {
    const { messages, file } = this;
    const name = { name: file.name };
    this.bar = element("progress", { max: 1, value: 0 });
    this.bar.setAttribute("aria-label", fill(messages.progress, name));
    this.status = element("p", { className: "upload-row__status" });
    this.problem = element("p", { className: "upload-row__problem error-message", hidden: true });
    this.problem.setAttribute("role", "alert");
    this.announcement = element("p", { className: "w-sr-only" });
    this.announcement.setAttribute("role", "status");
    this.pauseButton = this.button(messages.pause, messages.pauseFile, () => this.togglePause());
    this.removeButton = this.button(messages.cancel, messages.removeFile, () => this.remove());
    this.fields = element("div", { className: "upload-row__fields" });
    this.buttons = element("p", { className: "upload-row__buttons" }, this.pauseButton, this.removeButton);
    const head = element(
      "p",
      { className: "upload-row__head" },
      element("strong", { className: "upload-row__name", textContent: file.name }),
      " ",
      element("span", { className: "upload-row__size", textContent: formatSize(file.size) }),
    );
    const main = element("div", { className: "upload-row__main" }, head, this.bar, this.status, this.problem);
    const parts = [main, this.buttons, this.fields, this.announcement];
    this.element = element(tag, { className: "upload-row", tabIndex: -1 }, ...parts);
  }

  button(label, description, onClick) {
    const button = element("button", { type: "button", className: "button button-secondary button-small" });
    button.textContent = label;
    button.setAttribute("aria-label", fill(description, { name: this.file.name }));
    button.addEventListener("click", onClick);
    return button;
  }

  /** The state that is shown: that of the upload, until the video is created. */
  get state() {
    return ["saving", "saved"].includes(this.creation) ? this.creation : this.transfer.state;
  }

  setCreation(creation) {
    this.creation = creation;
    this.draw();
  }

  /** Focus the button that removes the row, or the row if its video is made and it stays. */
  focus() {
    (this.removeButton.hidden ? this.element : this.removeButton).focus();
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

  /** Return the status text of the present state. */
  statusText() {
    const { messages, transfer, file } = this;
    const { sent, speed } = transfer;
    const values = {
      sent: formatSize(sent),
      total: formatSize(file.size),
      percent: this.percentText(sent / file.size),
    };
    switch (this.state) {
      case "saved":
        return messages.done;
      case "saving":
        return messages.saving;
      case "lookup":
        return messages.lookup;
      case "queued":
        return messages.queued;
      case "paused":
        return fill(messages.paused, values);
      case "waiting":
        return fill(messages[transfer.problem], { status: transfer.status });
      case "inspecting":
        return joinSentences(messages.inspecting, transfer.reason || messages[transfer.problem]);
      case "ready":
        return this.creation === "requested" ? messages.readyAndRequested : messages.ready;
      case "uploading": {
        if (!speed) {
          return fill(transfer.resumedAt ? messages.resumed : messages.sent, values);
        }
        const left = fill(messages.timeLeft, { time: formatDuration((file.size - sent) / speed) });
        const progress = fill(messages.sentWithSpeed, { ...values, speed: formatSize(speed) });
        return joinSentences(progress, left, this.creation === "requested" && messages.requested);
      }
      default:
        return "";
    }
  }

  draw() {
    const { transfer, messages, state } = this;
    const { bar, canPause, isFixed } = DISPLAY[state];
    this.element.dataset.state = state;
    this.bar.hidden = !bar;
    if (bar === INDETERMINATE) {
      this.bar.removeAttribute("value");
    } else {
      this.bar.value = this.file.size ? transfer.sent / this.file.size : 0;
    }
    this.status.textContent = this.statusText();
    this.status.hidden = !this.status.textContent;
    this.pauseButton.hidden = !canPause;
    const isPaused = state === "paused";
    this.pauseButton.textContent = isPaused ? messages.resume : messages.pause;
    const description = isPaused ? messages.resumeFile : messages.pauseFile;
    this.pauseButton.setAttribute("aria-label", fill(description, { name: this.file.name }));
    this.removeButton.textContent = transfer.isActive || isPaused ? messages.cancel : messages.remove;
    this.removeButton.hidden = Boolean(isFixed);
    this.drawProblem();
    this.announce(state);
    this.lastState = state;
    if (transfer.state !== this.reportedState) {
      this.reportedState = transfer.state;
      this.onChange(this);
    }
  }

  /** Show why the file is refused. Another problem is shown until the state changes. */
  drawProblem() {
    const { transfer, messages, state } = this;
    const reason = transfer.reason || fill(messages.proxyRefused, { status: transfer.status });
    if (state === "refused") {
      this.showProblem(transfer.problem === "moved" ? messages.moved : joinSentences(reason, messages.afterRefusal));
    } else if (state !== this.lastState || state === "uploading") {
      this.showProblem("");
    }
  }

  /** Return a share from 0 to 1 in percent, as the language of the page writes it. */
  percentText(share) {
    return fill(this.messages.percent, { number: Math.floor(share * 100) });
  }

  /** Announce each quarter and some new states to screen readers; more would interrupt other speech. */
  announce(state) {
    const name = this.file.name;
    const share = this.file.size ? this.transfer.sent / this.file.size : 0;
    if (state === "uploading" && Math.floor(share * 4) > this.announcedQuarter) {
      this.announcedQuarter = Math.floor(share * 4);
      this.announcement.textContent = fill(this.messages.announceProgress, { name, percent: this.percentText(share) });
    } else if (state !== this.lastState && ["paused", "waiting", "ready"].includes(state)) {
      this.announcement.textContent = fill(this.messages.announceState, { name, state: this.statusText() });
    }
  }

  showProblem(text) {
    if (this.problem.textContent !== text) {
      this.problem.textContent = text;
    }
    this.problem.hidden = !text;
  }

  refuse(reason) {
    this.transfer.change("refused", { reason });
  }
}
