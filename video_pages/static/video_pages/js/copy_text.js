/* Copies a text to the clipboard, and says whether it could: in the label of the button, and to screen readers. */

const ANNOUNCED_AFTER = 50;
const labels = new WeakMap(); // {button: its nodes before the first copy}
let region;

/** Say `text` to screen readers, beside `button`: what lies outside a dialog is not read while it is open. */
function announce(text, button, isVisible) {
  region ??= Object.assign(document.createElement("span"), { role: "status" });
  region.textContent = "";
  region.className = isVisible ? "help" : "w-sr-only";
  button.after(region);
  setTimeout(() => {
    region.textContent = text;
  }, ANNOUNCED_AFTER);
}

/** Copy `text` by a selection, and return whether the browser did so: it has the clipboard on secure addresses only. */
function copySelected(text, button) {
  const field = document.createElement("textarea");
  field.value = text;
  button.after(field);
  field.select();
  let isCopied = false;
  try {
    isCopied = document.execCommand("copy");
  } catch {
    // the same as a browser that answers false
  }
  field.remove();
  button.focus();
  return isCopied;
}

/** Select the text of `source`, a field or any other element, so that the keys of the system copy it. */
function select(source) {
  if (source.select) {
    source.focus();
    source.select();
  } else {
    getSelection().selectAllChildren(source);
  }
}

/**
 * Copy the text of `source`, a field or any other element. The `button` says so, in the words of its data-copied. If it
 * could not be copied, the text stays selected, and data-not-copied says what to do. Return whether it was copied.
 */
export async function copyText(source, button) {
  const { copied, notCopied } = button.dataset;
  const text = source.value ?? source.textContent;
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    isCopied = copySelected(text, button);
  }
  if (!labels.has(button)) {
    labels.set(button, [...button.childNodes]);
  }
  button.replaceChildren(...(isCopied ? [copied] : labels.get(button)));
  announce(isCopied ? copied : notCopied, button, !isCopied);
  if (!isCopied) {
    select(source);
  }
  return isCopied;
}
