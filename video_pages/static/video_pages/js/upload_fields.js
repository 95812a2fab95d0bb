/* The fields in the rows of several files, labels, and errors beside the fields of rows and of the form. */

import { bindReveal } from "./password_reveal.js";
import { element, showFieldError } from "./upload_dom.js";
import { clearMessages } from "./upload_form.js";
import { fill } from "./upload_text.js";

/** Add a labelled field to a row. It has no name, because each row's values are sent by a request of its own. */
export function addRowField(row, type, label, value, placeholder = "") {
  const id = `upload-${row.number}-${label}`;
  const input = element("input", { id, type, value, placeholder, className: "w-field__input" });
  if (type === "password") {
    input.autocomplete = "new-password";
    input.autocapitalize = "none"; // phones write a capital first as soon as the password is shown
    input.spellcheck = false;
  } else {
    input.maxLength = 255;
  }
  const error = element("p", { id: `${id}-error`, className: "error-message", hidden: true });
  input.setAttribute("aria-describedby", error.id);
  const caption = element("label", { htmlFor: id, className: "w-field__label", textContent: row.messages[label] });
  const shown =
    type === "password" ? element("div", { className: "new-password" }, input, revealOf(input, row)) : input;
  row.fields.append(element("div", { className: "upload-row__field" }, caption, shown, error));
  return input;
}

/** Return a button that shows and hides the text of the password field `input` of `row`. */
function revealOf(input, row) {
  const { show, hide, showPasswordOf, hidePasswordOf } = row.messages;
  const button = element("button", { type: "button", className: "button button-secondary", textContent: show });
  const labelOf = (text) => fill(text, { name: row.file.name });
  Object.assign(button.dataset, { show, hide, showLabel: labelOf(showPasswordOf), hideLabel: labelOf(hidePasswordOf) });
  button.setAttribute("aria-label", button.dataset.showLabel);
  bindReveal(button, input);
  return button;
}

export const labelOf = (field) => field.form.querySelector(`label[for="${field.id}"]`);

export const helpOf = (field) => field.closest("[data-field]")?.querySelector("[data-field-help] .help");

/** Change the text of a field's label; the mark of required fields stays. */
export function renameLabel(field, label) {
  const nodes = Array.from(labelOf(field)?.childNodes ?? []);
  const text = nodes.find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (text && text.data.trim() !== label) {
    text.data = label;
  }
}

/** Return a function that names the fields of `form` which apply to all files, if there are several, as such. */
export function sharedLabels(form, messages) {
  const fields = ["thumbnail", "description"].map((name) => [form.elements.namedItem(name), messages[`${name}ForAll`]]);
  const named = fields
    .filter(([field]) => field && labelOf(field))
    .map(([field, all]) => ({ field, all, one: labelOf(field).textContent.trim() }));
  return (isMany) => {
    named.forEach(({ field, all, one }) => renameLabel(field, isMany ? all : one));
  };
}

/**
 * Show the server's errors about one row of the upload screen: `errors` is {field: [{message}]}. Return the elements that
 * are wrong.
 */
export function showErrors(screen, row, errors) {
  return Object.entries(errors).map(([name, found]) => {
    const messages = found.map((error) => error.message);
    const own = screen.wasMany && { title: row.titleInput, password: row.passwordInput }[name];
    const target = screen.form.elements.namedItem(name);
    const field = target instanceof RadioNodeList ? target[0] : target;
    if (own && (name === "title" || own.value)) {
      const error = document.getElementById(`${own.id}-error`);
      Object.assign(error, { textContent: messages.join(" "), hidden: false });
      own.setAttribute("aria-invalid", "true");
      return own;
    }
    if (field && name !== screen.input.name && showFieldError(field, ...messages)) {
      return field;
    }
    row.showProblem(messages.join(" "));
    return row.element;
  });
}

/** Scroll to the first of `elements` in the order of the page, and focus it. */
export function focusFirst(elements) {
  const isBefore = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  const [first] = elements.sort((one, other) => (isBefore(one, other) ? -1 : 1));
  first?.scrollIntoView({ block: "center" });
  first?.focus();
}

/** Remove the errors of the last submission, also those in the page that the server sent. */
export function clearErrors(screen) {
  clearMessages();
  Array.from(screen.form.elements).forEach((field) => {
    if (field.matches("[aria-invalid]")) {
      showFieldError(field);
    }
  });
  screen.rows.forEach((row) => {
    if (row.state !== "refused") {
      row.showProblem("");
    }
    row.fields.querySelectorAll(".error-message").forEach((error) => Object.assign(error, { hidden: true }));
    row.fields.querySelectorAll("input").forEach((input) => input.removeAttribute("aria-invalid"));
  });
}
