/* Elements of the upload forms: made, marked as wrong, released. */

/** Return the messages that the server gives with a file input; see `video_pages/uploads/messages.py`. */
export const messagesOf = (input) => JSON.parse(input.dataset.uploadMessages);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Show errors beside a field, in Wagtail's markup; without messages, remove them.
 * False if the field has no place for errors.
 */
export function showFieldError(input, ...messages) {
  const field = input.closest("[data-field]");
  const errors = field?.querySelector("[data-field-errors]");
  if (!errors) {
    return false;
  }
  const texts = messages.filter(Boolean);
  field.classList.toggle("w-field--error", texts.length > 0);
  errors.querySelectorAll(".error-message").forEach((message) => message.remove());
  errors.querySelector(".icon")?.toggleAttribute("hidden", !texts.length);
  errors.append(...texts.map((textContent) => element("p", { className: "error-message", textContent })));
  if (texts.length) {
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
  return true;
}

/** End the busy state of Wagtail's buttons, which begins a moment after the click. */
export function releaseButtons(form) {
  const release = () => {
    form.querySelectorAll("[data-w-progress-loading-value]").forEach((button) => {
      button.setAttribute("data-w-progress-loading-value", "false");
    });
  };
  release();
  setTimeout(release, 50);
}
