/* A bulk action on many videos, sent in batches: each is a POST of its own, and the page says how far it is. Without this
   script the form is sent whole. What the server gives out once, a line for each video, is kept by this page alone. */

(() => {
  const BUSY_MILLISECONDS = 5000;

  class Batches {
    constructor(form) {
      this.form = form;
      this.words = form.dataset;
      this.place = document.querySelector("[data-bulk-progress]");
      this.left = form.elements.ids.value.split(" ").filter(Boolean);
      this.all = this.left.length;
      this.done = 0;
      this.lines = [];
      this.isDownloaded = true;
      form.addEventListener("submit", (event) => this.begin(event));
      this.part("stop").addEventListener("click", () => this.stop());
      this.part("go-on").addEventListener("click", () => this.run());
      this.place.querySelector("a[data-bulk-download]").addEventListener("click", () => (this.isDownloaded = true));
      window.addEventListener("beforeunload", (event) => {
        if (this.isRunning || !this.isDownloaded) event.preventDefault();
      });
    }

    part(name) {
      return this.place.querySelector(`[data-bulk-${name}]`);
    }

    begin(event) {
      event.preventDefault();
      this.fields = new FormData(this.form);
      this.run();
    }

    stop() {
      this.isStopping = true;
      this.part("stop").disabled = true;
      this.say(this.words.wordsStopping);
    }

    say(words) {
      this.part("status").textContent = words.replace("%(done)s", this.done).replace("%(all)s", this.all);
    }

    show({ isRunning }) {
      this.isRunning = isRunning;
      this.place.hidden = false;
      this.form.hidden = true;
      document.querySelector("[data-bulk-question]").hidden = true;
      this.part("bar").value = this.all - this.left.length;
      this.part("stop").hidden = !isRunning;
      this.part("stop").disabled = false;
      this.part("go-on").hidden = isRunning || !this.left.length;
      this.part("back").hidden = isRunning;
      if (!isRunning && this.lines.length) this.offerList();
    }

    async run() {
      this.isStopping = false;
      this.show({ isRunning: true });
      this.say(this.words.wordsSoFar);
      while (this.left.length && !this.isStopping) {
        const batch = this.left.slice(0, Number(this.words.batchSize));
        let answer;
        try {
          answer = await this.send(batch);
        } catch {
          return this.end(this.words.wordsFailed);
        }
        if (!answer) return this.askAgain();
        this.take(batch, answer);
        if (answer.again.length === batch.length) await this.wait();
      }
      return this.end(this.left.length ? this.words.wordsStopped : this.words.wordsDone);
    }

    /* Answers null if the form itself was refused: then nothing is done, and the server says why in a page. */
    async send(batch) {
      const body = new URLSearchParams(this.fields);
      body.set("ids", batch.join(" "));
      const headers = { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": this.fields.get("csrfmiddlewaretoken") };
      const response = await fetch(this.form.action, { method: "POST", body, headers, redirect: "error" });
      if (response.status === 422) return null;
      if (!response.ok) throw new Error(String(response.status));
      return response.json();
    }

    askAgain() {
      this.isRunning = false;
      this.form.submit();
    }

    take(batch, answer) {
      this.done += answer.done.length;
      this.left = [...this.left.slice(batch.length), ...answer.again.map(String)];
      this.lines.push(...answer.lines);
      if (answer.lines.length) this.isDownloaded = false;
      for (const { title, reason } of [...answer.remarks, ...answer.leftOut]) {
        const item = document.createElement("li");
        item.textContent = title ? `${title}: ${reason}` : reason;
        this.part("left-out").append(item);
      }
      this.part("bar").value = this.all - this.left.length;
      if (!this.isStopping) this.say(this.words.wordsSoFar);
    }

    wait() {
      this.say(this.words.wordsWaiting);
      return new Promise((resolve) => setTimeout(resolve, BUSY_MILLISECONDS));
    }

    end(words) {
      this.show({ isRunning: false });
      this.say(words);
      (this.place.querySelector("a[data-bulk-download]:not([hidden])") || this.part("back")).focus();
    }

    /* The mark at the beginning tells spreadsheet programs that the text is UTF-8. */
    offerList() {
      const text = `\ufeff${[this.words.listHeader, ...this.lines].join("\r\n")}\r\n`;
      const link = this.place.querySelector("a[data-bulk-download]");
      URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
      link.download = this.words.listName;
      for (const part of this.place.querySelectorAll("[data-bulk-download]")) part.hidden = false;
    }
  }

  function start() {
    const form = document.querySelector("[data-bulk-batches]");
    if (form) new Batches(form);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
