/* A bulk action on many videos, sent in batches: each batch is a POST, and the page shows the progress. Without this
   script the form is sent whole. The list that the server returns once, a line for each video, is kept by this page
   alone. The form of a long selection has no ids: they are loaded when it is confirmed. Only the server's refusal shows the
   form again; after any other fault nothing is sent until the editor goes on. */

import { csrfToken, XHR_HEADERS } from "./admin_requests.js";
import { DIGEST_FIELD, loadIds } from "./bulk_ids.js";
import { BulkQueue } from "./bulk_queue.js";
import { addReveals } from "./password_fields.js";
import { LONG_MS, timedFetch } from "./timed_fetch.js";
import { fill, plural } from "./upload_text.js";

const BUSY_MILLISECONDS = 5000;
const MOST_NAMED = 200; // videos that were left out; further ones are counted

class Batches {
  constructor(form) {
    this.form = form;
    this.texts = form.dataset;
    this.progress = document.querySelector("[data-bulk-progress]");
    this.isLoaded = !("count" in form.dataset); // a long selection is counted, and has no ids yet
    const ids = form.elements.ids.value.split(" ").filter(Boolean);
    this.queue = new BulkQueue(this.isLoaded ? ids : Array.from({ length: Number(form.dataset.count) }));
    this.leftOut = 0;
    this.isDownloaded = true;
    form.addEventListener("submit", (event) => this.begin(event));
    this.part("stop").addEventListener("click", () => this.stop());
    this.part("resume").addEventListener("click", () => this.run());
    this.downloadLink.addEventListener("click", () => {
      this.isDownloaded = true;
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.isRunning || !this.isDownloaded) {
        event.preventDefault();
      }
    });
  }

  part(name) {
    return this.progress.querySelector(`[data-bulk-${name}]`);
  }

  get downloadLink() {
    return this.progress.querySelector("a[data-bulk-download]");
  }

  begin(event) {
    event.preventDefault();
    this.fields = new FormData(this.form);
    return this.run();
  }

  /** Put the ids of a long selection into the queue; false if the list is no longer the one that was counted. */
  async load() {
    const ids = await loadIds(this.form.action, this.form.elements[DIGEST_FIELD].value);
    if (!ids) {
      return false;
    }
    this.queue = new BulkQueue(ids);
    this.part("bar").max = ids.length;
    this.isLoaded = true;
    return true;
  }

  stop() {
    this.isStopping = true;
    this.part("stop").disabled = true;
    this.showMessage(this.texts.messageStopping);
  }

  showMessage(message) {
    this.part("status").textContent = this.queue.describe(message);
  }

  show({ isRunning }) {
    this.isRunning = isRunning;
    this.progress.hidden = false;
    this.form.hidden = true;
    document.querySelector("[data-bulk-question]").hidden = true;
    this.part("bar").value = this.queue.processed;
    this.part("stop").hidden = !isRunning;
    this.part("stop").disabled = false;
    this.part("resume").hidden = isRunning || !this.queue.left.length;
    this.part("back").hidden = isRunning;
    if (isRunning) {
      this.part("stop").focus(); // the button that had the focus is hidden now
    }
    if (!isRunning && this.queue.lines.length) {
      this.offerList();
    }
  }

  async run() {
    this.isStopping = false;
    this.show({ isRunning: true });
    this.showMessage(this.texts.messageProgress);
    try {
      if (!this.isLoaded && !(await this.load())) {
        return this.showForm();
      }
    } catch {
      return this.end(this.texts.messageFailed);
    }
    while (this.queue.left.length && !this.isStopping) {
      const batch = this.queue.next(Number(this.texts.batchSize));
      let answer;
      try {
        answer = await this.send(batch);
      } catch {
        return this.end(this.texts.messageFailed);
      }
      if (!answer) {
        return this.showForm();
      }
      if (this.record(batch, answer)) {
        await this.wait();
      }
    }
    return this.end(this.queue.left.length ? this.texts.messageStopped : this.texts.messageDone);
  }

  /** Return the answer to `batch`, or null if the server refused the form itself and changed nothing. */
  async send(batch) {
    const body = new URLSearchParams(this.fields);
    body.set("ids", batch.join(" "));
    const headers = { ...XHR_HEADERS, "X-CSRFToken": csrfToken() };
    const response = await timedFetch(this.form.action, { method: "POST", body, headers, redirect: "error" }, LONG_MS);
    if (response.status === 422) {
      return null;
    }
    if (!response.ok) {
      throw new Error(`The server answered with status ${response.status}.`);
    }
    return response.json();
  }

  /** Send the form as a whole: the response is the form with its errors. */
  showForm() {
    this.isRunning = false;
    this.form.submit();
  }

  record(batch, answer) {
    const isBusy = this.queue.record(batch, answer);
    if (answer.lines.length) {
      this.isDownloaded = false;
    }
    for (const { title, reason } of [...answer.remarks, ...answer.leftOut]) {
      this.name(title ? fill(this.texts.messageReason, { title, reason }) : reason);
    }
    this.part("bar").value = this.queue.processed;
    if (!this.isStopping) {
      this.showMessage(this.texts.messageProgress);
    }
    return isBusy;
  }

  name(words) {
    const list = this.part("left-out");
    this.leftOut += 1;
    if (this.leftOut <= MOST_NAMED + 1) {
      list.append(document.createElement("li"));
    }
    const further = this.leftOut - MOST_NAMED;
    list.lastElementChild.textContent = further > 0 ? this.moreWords(further) : words;
  }

  moreWords(count) {
    return plural(JSON.parse(this.texts.messageMore), count).replace("%(count)s", count);
  }

  wait() {
    this.showMessage(this.texts.messageWaiting);
    return new Promise((resolve) => setTimeout(resolve, BUSY_MILLISECONDS));
  }

  end(message) {
    this.show({ isRunning: false });
    this.showMessage(message);
    (this.progress.querySelector("a[data-bulk-download]:not([hidden])") || this.part("back")).focus();
  }

  offerList() {
    const link = this.downloadLink;
    URL.revokeObjectURL(link.href);
    const list = new Blob([this.queue.csv(this.texts.listHeader)], { type: "text/csv;charset=utf-8" });
    link.href = URL.createObjectURL(list);
    link.download = this.texts.listName;
    for (const part of this.progress.querySelectorAll("[data-bulk-download]")) {
      part.hidden = false;
    }
  }
}

const form = document.querySelector("[data-bulk-batches]");
if (form) {
  addReveals(form);
  new Batches(form);
}
