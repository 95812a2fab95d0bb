/* The fields that each of several files has in its row, errors beside them and beside the form's own, and labels. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.showErrors) {
    return;
  }

  const { element } = uploads;

  /* A labelled field in a row; it has no name, as the row's values go by requests of their own. */
  uploads.rowField = (row, type, label, value, placeholder = "") => {
    const id = `upload-${row.number}-${label}`;
    const made = element("input", { id, type, value, placeholder, className: "w-field__input" });
    if (type === "password") {
      made.autocomplete = "new-password";
    } else {
      made.maxLength = 255;
    }
    const error = element("p", { id: `${id}-error`, className: "error-message", hidden: true });
    made.setAttribute("aria-describedby", error.id);
    const caption = element("label", { htmlFor: id, className: "w-field__label", textContent: row.words[label] });
    row.fields.append(element("div", { className: "upload-row__field" }, caption, made, error));
    return made;
  };

  uploads.labelOf = (field) => field.form.querySelector(`label[for="${field.id}"]`);

  uploads.helpOf = (field) => field.closest("[data-field]")?.querySelector("[data-field-help] .help");

  /* Change the words of a field's label, and not the mark beside them. */
  uploads.renameLabel = (field, words) => {
    const nodes = Array.from(uploads.labelOf(field)?.childNodes ?? []);
    const text = nodes.find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (text && text.data.trim() !== words) {
      text.data = words;
    }
  };

  /* Show what the server found wrong with one row of the upload screen: `errors` is {field: [{message}]}. */
  uploads.showErrors = (screen, row, errors) => {
    let first = null;
    Object.entries(errors).forEach(([name, found]) => {
      const messages = found.map((error) => error.message);
      const own = screen.wasMany && { title: row.titleInput, password: row.passwordInput }[name];
      const target = screen.form.elements.namedItem(name);
      const field = target instanceof RadioNodeList ? target[0] : target;
      if (own && (name === "title" || own.value)) {
        const error = document.getElementById(`${own.id}-error`);
        Object.assign(error, { textContent: messages.join(" "), hidden: false });
        own.setAttribute("aria-invalid", "true");
        first ??= own;
      } else if (field && name !== screen.input.name && uploads.showFieldError(field, ...messages)) {
        first ??= field;
      } else {
        row.fail(messages.join(" "));
        first ??= row.element;
      }
    });
    first?.scrollIntoView({ block: "center" });
    first?.focus();
  };

  /* A new try begins: what was said of the one before goes, also what the server wrote into the page. */
  uploads.clearErrors = (screen) => {
    uploads.clearAnswer();
    Array.from(screen.form.elements).forEach((field) => {
      if (field.matches("[aria-invalid]")) {
        uploads.showFieldError(field);
      }
    });
    screen.rows.forEach((row) => {
      if (row.state !== "refused") {
        row.fail("");
      }
      row.fields.querySelectorAll(".error-message").forEach((error) => Object.assign(error, { hidden: true }));
      row.fields.querySelectorAll("input").forEach((input) => input.removeAttribute("aria-invalid"));
    });
  };
})();
