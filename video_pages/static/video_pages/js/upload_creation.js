/* The creation of the videos on the upload screen: a state machine. It alone writes the screen's notice and the label of
   its button.

   idle -> checking -> uploading -> creating -> leaving. Each state but the last can fall back to idle, with a notice of
   what is wrong. A submission begins with the button; the notice of the last one is removed then, or when the list of
   files changes. Problems of one file are shown in its row. A refused file stops no other: the videos of the others are
   created, the notice names the files that are left out, and the button leads on. */

import { storeMessages } from "./messages_to_send.js";
import { element, releaseButtons, showFieldError } from "./upload_dom.js";
import { clearErrors, focusFirst, showErrors } from "./upload_fields.js";
import { EDITOR_DELAY, failureMessage, isJson, leaveTo, postForm } from "./upload_form.js";
import { fill, joinSentences, plural } from "./upload_text.js";

const A_DAY = 24 * 3600 * 1000; // in milliseconds

const isAboutFields = (answer) => answer.status === 422 && isJson(answer);

export class Creation {
  constructor(screen) {
    const { form, messages } = screen;
    Object.assign(this, { screen, form, messages, state: "idle", idleNotice: "", isSending: false });
    this.messagesToSend = [];
    this.label = form.querySelector("[data-w-progress-target=label]");
    this.button = this.label?.closest("button");
    // Wagtail enables its button again after half a minute; an upload may take hours.
    if (this.button) {
      this.button.dataset.wProgressDurationValue = String(A_DAY);
    }
    this.notice = element("p", { className: "upload-notice" });
    this.notice.setAttribute("role", "status");
  }

  get isIdle() {
    return this.state === "idle";
  }

  change(state, idleNotice = "") {
    Object.assign(this, { state, idleNotice });
    this.draw();
  }

  /** Return to the form, with a notice of what is wrong, and enable the button. */
  reset(notice = "") {
    this.screen.rows.forEach((row) => row.creation === "requested" && row.setCreation(""));
    this.change("idle", notice);
    releaseButtons(this.form);
  }

  /** Remove the notice: the list of files has changed. */
  clearNotice() {
    if (this.isIdle) {
      this.idleNotice = "";
    }
  }

  draw() {
    const { messages, screen } = this;
    const count = screen.pendingRows.length;
    const uploading = screen.pendingRows.filter((row) => row.transfer.state !== "ready").length;
    const notices = {
      idle: this.idleNotice,
      checking: messages.checking,
      uploading: plural(messages.waitMany, Math.max(1, uploading)),
      creating: plural(messages.creatingMany, Math.max(1, screen.goodRows.length)),
    };
    const notice = notices[this.state] ?? "";
    if (this.notice.textContent !== notice) {
      this.notice.textContent = notice;
      this.placeNotice();
    }
    if (!this.button) {
      return;
    }
    const label = screen.isDone ? messages.leave : count > 1 ? plural(messages.createMany, count) : messages.createOne;
    const creating = plural(messages.creatingShort, Math.max(1, screen.goodRows.length));
    const busy = { checking: messages.checkingShort, uploading: messages.uploading }[this.state] ?? creating;
    this.button.dataset.wProgressLabelValue = label;
    this.button.dataset.wProgressActiveValue = busy;
    this.label.textContent = this.isIdle ? label : busy;
  }

  /** Keep the notice in sight: above Wagtail's bar with the button, which narrow windows have at the end of the page. */
  placeNotice() {
    const footer = this.form.querySelector("footer");
    const isInSight = footer && getComputedStyle(footer).position === "sticky";
    this.notice.style.bottom = isInSight ? `${footer.offsetHeight}px` : "0";
  }

  /** Check all fields on the server, then create the videos whose files are complete. */
  async begin() {
    const { screen, messages } = this;
    if (screen.isDone) {
      this.leave();
      return;
    }
    this.change("checking");
    clearErrors(screen);
    if (!screen.pendingRows.length) {
      if (!screen.rows.length) {
        showFieldError(screen.input, messages.chooseFile);
      }
      (screen.rows.find((row) => row.state === "refused")?.element ?? screen.input).focus();
      this.reset(messages.notSaved);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, EDITOR_DELAY));
    const wrong = [];
    for (const row of screen.pendingRows) {
      const values = { check: "1", video_file_name: row.file.name, video_file_size: String(row.file.size) };
      const answer = await postForm(this.form, screen.dataOf(row, values));
      if (isAboutFields(answer)) {
        wrong.push(...showErrors(screen, row, JSON.parse(answer.text).errors));
      } else if (answer.status === 204) {
        row.setCreation("requested");
      } else {
        this.fail(row, answer);
        return;
      }
    }
    if (wrong.length) {
      this.reset(messages.notSaved);
      focusFirst(wrong);
      return;
    }
    this.change("uploading");
    this.proceed();
  }

  /** Create the videos whose files are complete, one after the other. Called when a file is complete or removed. */
  async proceed() {
    // A file may be complete while the form is still checked: no video is requested yet.
    if (!["uploading", "creating"].includes(this.state) || this.isSending) {
      return;
    }
    const { screen } = this;
    this.isSending = true;
    const isDone = await this.createComplete();
    this.isSending = false;
    if (!isDone) {
      return;
    }
    if (screen.pendingRows.some((row) => row.creation === "requested")) {
      this.change("uploading");
    } else if (screen.isDone) {
      this.finish();
    } else {
      this.reset(screen.refusedRows.length ? this.messages.notSaved : "");
    }
  }

  leave() {
    this.change("leaving");
    this.keepMessages();
    leaveTo(this.form, this.screen.nextAddress());
  }

  /** Keep the messages to viewers for the list of videos, to which any link may lead. */
  keepMessages() {
    if (this.messagesToSend.length) {
      storeMessages(this.messagesToSend);
    }
  }

  /** All videos are created: leave, or stay to name the files that are left out. */
  finish() {
    const { screen, messages } = this;
    const refused = screen.refusedRows;
    if (!refused.length) {
      this.leave();
      return;
    }
    this.keepMessages();
    const names = refused.map((row) => row.file.name).join(messages.comma);
    const made = plural(messages.madeMany, screen.savedRows.length);
    this.reset(joinSentences(made, fill(plural(messages.leftOut, refused.length), { names })));
    focusFirst(refused.map((row) => row.element));
  }

  /** Create the videos of all complete files; false after a failure, which is shown. */
  async createComplete() {
    const { screen } = this;
    for (;;) {
      const isNext = (row) => row.creation === "requested" && row.transfer.state === "ready";
      const row = screen.pendingRows.find(isNext);
      if (!row) {
        return true;
      }
      const isUploaded = screen.pendingRows.every((other) => other.transfer.state === "ready");
      this.change(isUploaded ? "creating" : "uploading");
      row.setCreation("saving");
      const token = { [screen.input.dataset.tokenName]: row.transfer.token };
      const answer = await postForm(this.form, screen.dataOf(row, token));
      if (answer.status !== 200 || !isJson(answer)) {
        row.setCreation("");
        this.fail(row, answer);
        return false;
      }
      const data = JSON.parse(answer.text);
      screen.leadsTo = data.leads_to;
      this.messagesToSend.push(...[data.message].filter(Boolean));
      screen.hasMadeSeveral ||= screen.wasMany;
      row.page = data.page;
      row.setCreation("saved");
      screen.arrange();
    }
  }

  /** Show the server's errors and enable the button. */
  fail(row, answer) {
    const isRefused = isAboutFields(answer);
    this.reset(isRefused ? this.messages.notSaved : failureMessage(answer.status, this.messages));
    if (isRefused) {
      focusFirst(showErrors(this.screen, row, JSON.parse(answer.text).errors));
    }
  }
}
