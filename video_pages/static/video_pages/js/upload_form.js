/* Sends a form whose file was uploaded before, and shows the response. */

import { csrfToken, JSON_HEADERS } from "./admin_requests.js";
import { LONG_MS, timedFetch } from "./timed_fetch.js";
import { fill } from "./upload_text.js";

/** Milliseconds until the text editor has written its field: it does so a quarter of a second after the last key. */
export const EDITOR_DELAY = 400;

let isLeavingPage = false;

/** True once the page is left by `leaveTo`. */
export const isLeaving = () => isLeavingPage;

/** Return the form's data without the file of `input`, with `values` in place of those in the form. */
export function formData(form, input, values = {}) {
  const data = new FormData(form);
  data.delete(input.name);
  data.set("csrfmiddlewaretoken", csrfToken());
  Object.entries(values).forEach(([name, value]) => data.set(name, value));
  return data;
}

/** Post `data` to the form's address. Return {status, type, text}; the status 0 means that no answer came. */
export async function postForm(form, data) {
  try {
    const response = await timedFetch(form.action, { method: "POST", body: data, headers: JSON_HEADERS }, LONG_MS);
    const type = response.headers.get("Content-Type") || "";
    return { status: response.status, type, text: await response.text() };
  } catch {
    return { status: 0, type: "", text: "" };
  }
}

/** True if `answer`, of postForm, is JSON of the site; a proxy answers in a format of its own. */
export const isJson = (answer) => answer.type.startsWith("application/json");

/** Return the message for a response that is no success and names no field. */
export function failureMessage(status, messages) {
  if (!status) {
    return messages.unreachable;
  }
  if (status === 403) {
    return messages.signedOutForm;
  }
  return fill(messages.serverError, { status });
}

/** Remove the messages above the form, which belong to a submission without scripts. */
export function clearMessages() {
  document.querySelectorAll(".messages .error").forEach((message) => message.remove());
  document.querySelector("[data-upload-choose-again]")?.remove();
}

/** Leave the page without a question about unsaved changes. */
export function leaveTo(form, address) {
  isLeavingPage = true;
  form.removeAttribute("data-controller");
  window.location.assign(address);
}

/**
 * Replace the form by the one in the response `html`. File and password inputs stay as they are, because a server
 * can't send their values back. False if the response has no such form.
 */
export function showResponse(form, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const fresh = Array.from(answer.forms).find((other) => other.getAttribute("action") === form.getAttribute("action"));
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
}
