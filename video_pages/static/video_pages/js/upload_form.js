/* Sends a form without its file, which has gone before: what the form holds, what the answer means. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.send) {
    return;
  }

  uploads.EDITOR_DELAY = 400; // milliseconds: the text editor writes its field a quarter of a second after the last key
  uploads.leaving = false;

  /* What the form holds, but for files that go another way, with `values` in place of what is typed. */
  uploads.contents = (form, input, values = {}) => {
    const data = new FormData(form);
    data.delete(input.name);
    data.set("csrfmiddlewaretoken", uploads.csrfToken());
    Object.entries(values).forEach(([name, value]) => data.set(name, value));
    return data;
  };

  /* Post `data` to where the form goes. Returns {status, type, text}; the status 0 is a broken line. */
  uploads.send = async (form, data) => {
    try {
      const response = await fetch(form.action, { method: "POST", body: data, headers: uploads.AS_SCRIPT });
      const type = response.headers.get("Content-Type") || "";
      return { status: response.status, type, text: await response.text() };
    } catch {
      return { status: 0, type: "", text: "" };
    }
  };

  /* What an answer that is no success and names no field means to the person who waits. */
  uploads.reasonOf = (status, words) => {
    if (!status) {
      return words.broken;
    }
    if (status === 403) {
      return words.signedOutForm;
    }
    return uploads.fill(words.serverError, { status });
  };

  /* Take away what the server said, above the form, of a try without scripts. */
  uploads.clearAnswer = () => {
    const hint = document.querySelector("[data-upload-choose-again]");
    document.querySelectorAll(".messages .error").forEach((said) => said.remove());
    hint?.remove();
  };

  /* Leave the page on purpose: nobody is asked whether they mean it. */
  uploads.leaveTo = (form, address) => {
    uploads.leaving = true;
    form.removeAttribute("data-controller");
    window.location.assign(address);
  };

  /* Put the form that the server sent back in place of the old one. The old file and password inputs stay, with what
     the person chose and typed: a server can't send these back. Returns false if there is none in `html`. */
  uploads.showAnswer = (form, html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const fresh = Array.from(answer.forms).find(
      (other) => other.getAttribute("action") === form.getAttribute("action"),
    );
    if (!fresh) {
      return false;
    }
    fresh.querySelectorAll("input[type=file], input[type=password]").forEach((input) => {
      const kept = form.elements.namedItem(input.name);
      if (!kept) {
        return;
      }
      Array.from(input.attributes).forEach(({ name, value }) => kept.setAttribute(name, value));
      ["aria-invalid", "aria-describedby"]
        .filter((name) => !input.hasAttribute(name))
        .forEach((name) => kept.removeAttribute(name));
      input.replaceWith(kept);
    });
    form.replaceChildren(...fresh.childNodes);
    form.querySelector(".w-field--error, .error-message")?.scrollIntoView({ block: "center" });
    form.querySelector(".w-field--error input, .w-field--error textarea, .w-field--error select")?.focus();
    return true;
  };
})();
