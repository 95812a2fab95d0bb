/* Copies a text to the clipboard. */

/** Copy `text`, and write that on `button`. The clipboard interface exists on secure addresses only; elsewhere a
    selection is copied. */
export async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  button.textContent = button.dataset.copied;
}
