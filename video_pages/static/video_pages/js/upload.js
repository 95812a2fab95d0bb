/* Sends a form that holds a video file, and says how far it is.

   Works on every form with an input[data-video-upload]. What can be known before the file travels is said before: its
   size at once; on the upload screen (data-check) the rest of the form as well, by sending it without the file. Without
   this script the form is an ordinary one. Words come from the input's data-upload-words. */

(() => {
  const FILE_INPUT = "input[type=file][data-video-upload]";
  const EDITOR_DELAY = 400; // milliseconds: the text editor writes its field a quarter of a second after the last key
  const AS_SCRIPT = { "X-Requested-With": "XMLHttpRequest" };
  let travelling = null; // the XMLHttpRequest of the upload under way

  const fileInput = (form) => form.querySelector(FILE_INPUT);
  const wordsOf = (input) => JSON.parse(input.dataset.uploadWords);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  function size(bytes) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    let step = 0;
    while (bytes >= 1024 && step < units.length - 1) {
      bytes /= 1024;
      step += 1;
    }
    const digits = step > 1 && bytes < 100 ? 1 : 0;
    const format = { style: "unit", unit: units[step], maximumFractionDigits: digits };
    return new Intl.NumberFormat(document.documentElement.lang || "en", format).format(bytes);
  }

  function duration(seconds) {
    const unit = seconds < 90 ? "second" : seconds < 5400 ? "minute" : "hour";
    const value = Math.ceil(seconds / { second: 1, minute: 60, hour: 3600 }[unit]);
    const format = { style: "unit", unit, unitDisplay: "long" };
    return new Intl.NumberFormat(document.documentElement.lang || "en", format).format(value);
  }

  /* An error beside a file field, as Wagtail's own markup shows it; no message takes it away. */
  function showFieldError(input, message) {
    const field = input.closest("[data-field]");
    const errors = field?.querySelector("[data-field-errors]");
    if (!errors) return;
    field.classList.toggle("w-field--error", Boolean(message));
    errors.querySelectorAll(".error-message").forEach((element) => element.remove());
    errors.querySelector(".icon")?.toggleAttribute("hidden", !message);
    if (message) {
      const paragraph = document.createElement("p");
      paragraph.className = "error-message";
      paragraph.textContent = message;
      errors.append(paragraph);
      input.setAttribute("aria-invalid", "true");
    } else {
      input.removeAttribute("aria-invalid");
    }
  }

  function isTooLarge(input) {
    const file = input.files[0];
    const tooLarge = Boolean(file) && file.size > Number(input.dataset.maxBytes);
    showFieldError(input, tooLarge ? input.dataset.tooLarge : "");
    return tooLarge;
  }

  /* The progress of one upload, with words and a way to stop it. */
  class Progress {
    constructor(form, words) {
      this.words = words;
      form.querySelector(".upload-progress")?.remove();
      this.box = document.createElement("div");
      this.box.className = "upload-progress";
      this.bar = document.createElement("progress");
      this.bar.max = 1;
      this.bar.setAttribute("aria-label", words.progress);
      this.text = document.createElement("p");
      this.text.className = "upload-progress__words";
      this.spoken = document.createElement("p");
      this.spoken.className = "w-sr-only";
      this.spoken.setAttribute("role", "status");
      this.cancel = document.createElement("button");
      this.cancel.type = "button";
      this.cancel.className = "button button-secondary button-small";
      this.cancel.textContent = words.cancel;
      this.cancel.addEventListener("click", () => travelling?.abort());
      this.box.append(this.bar, this.text, this.spoken, this.cancel);
      this.place(form);
      this.started = Date.now();
      this.quarter = 0;
    }

    /* Above the bar with the button, where there is one. */
    place(form) {
      const footer = form.querySelector("footer");
      if (footer) footer.before(this.box);
      else form.append(this.box);
      this.box.scrollIntoView({ block: "center" });
    }

    say(text) {
      this.bar.removeAttribute("value");
      this.text.textContent = text;
      this.spoken.textContent = text;
    }

    show(sent, total) {
      const share = total ? sent / total : 0;
      const elapsed = (Date.now() - this.started) / 1000;
      const values = { sent: size(sent), total: size(total), percent: Math.floor(share * 100) };
      this.bar.value = share;
      this.text.textContent = fill(this.words.sent, values);
      if (elapsed > 3 && share > 0 && share < 1) {
        const left = duration((elapsed / share) * (1 - share));
        this.text.textContent += ` ${fill(this.words.left, { time: left })}`;
      }
      // Screen readers hear of every quarter; a number a second would drown everything else.
      if (Math.floor(share * 4) > this.quarter) {
        this.quarter = Math.floor(share * 4);
        this.spoken.textContent = `${values.percent} %`;
      }
    }

    /* End with words that stay, as an alert. */
    fail(text) {
      this.bar.remove();
      this.cancel.remove();
      this.spoken.remove();
      this.text.setAttribute("role", "alert");
      this.text.textContent = text;
    }
  }

  /* Wagtail's button turns while it waits; after a failure it can be pressed again. */
  function freeButton(form) {
    form.querySelectorAll("[data-w-progress-loading-value]").forEach((button) => {
      button.setAttribute("data-w-progress-loading-value", "false");
    });
  }

  /* Put the form that the server sent back in place of the old one. The old file and password inputs stay, with what
     the person chose and typed: a server can't send these back. */
  function showAnswer(form, html, progress) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const fresh = Array.from(answer.forms).find((other) => other.getAttribute("action") === form.getAttribute("action"));
    if (!fresh) return;
    fresh.querySelectorAll("input[type=file], input[type=password]").forEach((input) => {
      const kept = form.elements.namedItem(input.name);
      if (!kept) return;
      Array.from(input.attributes).forEach(({ name, value }) => kept.setAttribute(name, value));
      ["aria-invalid", "aria-describedby"]
        .filter((name) => !input.hasAttribute(name))
        .forEach((name) => kept.removeAttribute(name));
      input.replaceWith(kept);
    });
    form.replaceChildren(...fresh.childNodes);
    progress.place(form);
    const first = form.querySelector(".w-field--error, .error-message");
    first?.scrollIntoView({ block: "center" });
    form.querySelector(".w-field--error input, .w-field--error textarea, .w-field--error select")?.focus();
  }

  function end(form, progress, text) {
    travelling = null;
    freeButton(form);
    progress.fail(text);
  }

  /* What an answer with an error status means to the person who waits. */
  function reasonOf(status, words) {
    if (status === 403) return words.signedOut;
    if (status === 413) return words.proxyTooLarge;
    return fill(words.serverError, { status: status });
  }

  function takeAnswer(form, progress, words, { status, type, text }) {
    if (status >= 400 || !status) {
      end(form, progress, reasonOf(status, words));
    } else if (type.startsWith("application/json")) {
      travelling = null;
      progress.say(words.done);
      window.location.assign(JSON.parse(text).leads_to);
    } else {
      end(form, progress, words.notTaken);
      showAnswer(form, text, progress);
    }
  }

  /* What the form holds. Signing in again in another tab changes the token, which the cookie always knows. */
  function contents(form) {
    const data = new FormData(form);
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) data.set("csrfmiddlewaretoken", token[1]);
    return data;
  }

  /* Ask whether everything but the file is right. */
  async function check(form, input) {
    const data = contents(form);
    data.delete(input.name);
    data.set("check", "1");
    data.set("video_file_name", input.files[0].name);
    data.set("video_file_size", String(input.files[0].size));
    const response = await fetch(form.action, { method: "POST", body: data, headers: AS_SCRIPT });
    return { status: response.status, type: response.headers.get("Content-Type") || "", text: await response.text() };
  }

  function send(form, progress, words) {
    const request = new XMLHttpRequest();
    travelling = request;
    request.upload.addEventListener("progress", (event) => progress.show(event.loaded, event.total));
    request.upload.addEventListener("load", () => progress.say(words.examining));
    request.addEventListener("load", () =>
      takeAnswer(form, progress, words, {
        status: request.status,
        type: request.getResponseHeader("Content-Type") || "",
        text: request.responseText,
      }),
    );
    request.addEventListener("error", () => end(form, progress, words.broken));
    request.addEventListener("abort", () => end(form, progress, words.cancelled));
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", AS_SCRIPT["X-Requested-With"]);
    request.send(contents(form));
  }

  async function upload(form, input) {
    const words = wordsOf(input);
    const progress = new Progress(form, words);
    await new Promise((resolve) => setTimeout(resolve, EDITOR_DELAY));
    if (input.dataset.check !== undefined) {
      progress.say(words.checking);
      try {
        const answer = await check(form, input);
        if (answer.status !== 204) {
          takeAnswer(form, progress, words, answer);
          return;
        }
      } catch (error) {
        end(form, progress, words.broken);
        return;
      }
    }
    send(form, progress, words);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const input = fileInput(form);
    if (!input) return;
    if (travelling || isTooLarge(input)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!travelling) freeButton(form);
      return;
    }
    // The chooser sends its own form; a form without a new file goes the ordinary way.
    if (form.matches(".media-upload") || !input.files.length) return;
    event.preventDefault();
    upload(form, input);
  }, true);

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.(FILE_INPUT)) return;
    isTooLarge(input);
    const title = input.form.querySelector("input[name=title]");
    if (title && !title.value && input.files[0]) title.value = input.files[0].name.replace(/\.[^.]+$/, "");
  });

  window.addEventListener("beforeunload", (event) => {
    if (travelling) event.preventDefault();
  });
})();
