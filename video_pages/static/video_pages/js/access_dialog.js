/* The access dialog of the page editor. Its forms are sent by fetch, apart from the page's own form. The access page
   of its own works in the same way, so that a password that is shown once stays until the page is left.

   Wagtail moves the dialog to the end of the body and opens it from any element with data-a11y-dialog-show. Without
   this script the same link leads to the access page. */

import { fetchFragment } from "./admin_requests.js";
import { copyText } from "./copy_text.js";
import { copyChanged } from "./form_fields.js";
import { addReveals } from "./password_fields.js";

const DIALOG = "access-dialog";
const BUSY = 503;
const FIELDS = "input:not([type=hidden]), select, textarea";
const dialog = () => document.getElementById(DIALOG);
const panel = () => document.querySelector("[data-access-panel]");
const body = () => dialog()?.querySelector("[data-access-body]");

/** Return the element that contains the forms around `element`: in the dialog, or on the access page. */
const containerOf = (element) => (dialog()?.contains(element) ? body() : element.closest("[data-access-page]"));

/** Say above the forms in `container` that they were not answered. What was typed stays. */
function showFailure(container, error) {
  const name = error.status === BUSY ? "busy" : "failed";
  for (const former of container.querySelectorAll("[data-access-failure], [data-access-done]")) {
    former.remove();
  }
  container.prepend(document.querySelector(`template[data-access-${name}]`).content.cloneNode(true));
  container.querySelector("[data-access-failure]").focus();
}

/** Put the focus on what the answer to a form says: an error, a new password, or the sentence that it is done. */
function focusAnswer(content, hasNewPassword) {
  const wrong = content.querySelector(".w-field--error");
  const done = content.querySelector("[data-access-done]");
  const field = wrong?.querySelector("input:checked") ?? wrong?.querySelector(FIELDS);
  const target = field ?? (hasNewPassword ? content.querySelector("[data-access-new-password] button") : done);
  target?.focus();
  // A screen reader reads what has the focus. The rest is said by a live region, which was on the page before.
  const region = document.querySelector("[data-access-announced]");
  region.textContent = done && target !== done ? done.textContent.trim() : "";
}

/** Move the summary of a `fragment` from the server into the panel. */
function showSummary(fragment) {
  const summary = fragment.querySelector("[data-access-new-summary]")?.cloneNode(true);
  if (summary) {
    panel()
      ?.querySelector("[data-access-summary]")
      .replaceChildren(...summary.childNodes);
  }
  const status = fragment.querySelector("[data-access-new-status]");
  if (status) {
    document.querySelector("[data-access-status]")?.replaceChildren(...status.childNodes);
    status.remove();
  }
}

/** Keep a password that was shown once, until it is changed or the dialog is closed. */
function keepPassword(fragment, container) {
  const shown = container.querySelector("[data-access-new-password]");
  const changedAt = fragment.querySelector("[data-access-new-summary]").dataset.passwordChanged;
  const isReplaced = fragment.querySelector("[data-access-new-password]");
  if (shown && !isReplaced && shown.dataset.accessNewPassword === changedAt) {
    (fragment.querySelector(".access-form") ?? fragment.firstChild).before(shown);
  }
}

/** Keep what was typed and not sent: each button sends some fields, and the response has all others as stored. */
function keepTyped(fragment, container, sent) {
  const fieldsOf = (root) => [...root.querySelectorAll("form [name^='access-']")];
  copyChanged(fieldsOf(container), fieldsOf(fragment), sent);
}

/** Put a `fragment` from the server into `container`, and its summary into the panel behind the dialog. */
function show(fragment, container, sent) {
  keepPassword(fragment, container);
  keepTyped(fragment, container, sent);
  showSummary(fragment);
  const content = document.createElement("div");
  content.append(...fragment.childNodes);
  container.replaceChildren(content);
  showCopyButtons(content);
  addReveals(content);
  const first = content.querySelector("[data-access-new-password], .w-field--error, [data-access-done]");
  first?.scrollIntoView({ block: "nearest" });
  return content;
}

/** Load a fragment into `container`. `options` are those of a POST, if it is one; `sent` names the fields that it sends. */
async function load(url, options, { container = body(), sent = new Set() } = {}) {
  container.setAttribute("aria-busy", "true");
  try {
    const fragment = await fetchFragment(url, options);
    const hasNewPassword = Boolean(fragment.querySelector("[data-access-new-password]"));
    const content = show(fragment, container, sent);
    if (options) {
      focusAnswer(content, hasNewPassword);
      document.dispatchEvent(new CustomEvent("access:changed"));
    }
  } catch (error) {
    showFailure(container, error);
  } finally {
    container.removeAttribute("aria-busy");
  }
}

function showCopyButtons(root) {
  for (const button of root.querySelectorAll("[data-access-copy]")) {
    button.hidden = false;
  }
}

function copy(button) {
  const source = button.closest("[data-access-new-password]").querySelector(button.dataset.accessCopy);
  return copyText(source, button);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.(`[data-a11y-dialog-show="${DIALOG}"]`);
  if (opener && dialog()) {
    event.preventDefault();
  }
  const button = event.target.closest?.("[data-access-copy]");
  if (button) {
    copy(button);
  }
});

document.addEventListener("w-dialog:shown", (event) => {
  if (event.target === dialog()) {
    load(panel().dataset.accessUrl);
  }
});

/* A password that was shown once is removed when the dialog closes. */
document.addEventListener("w-dialog:hidden", (event) => {
  if (event.target === dialog()) {
    body().replaceChildren();
    dialog().querySelector("[data-access-announced]").textContent = "";
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const container = containerOf(form);
  if (!container) {
    return;
  }
  event.preventDefault();
  if (container.getAttribute("aria-busy")) {
    return;
  }
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  const sent = new Set(event.submitter?.dataset.accessFields?.split(" "));
  // Not form.action: the buttons are named "action", and form.action returns one of them.
  load(form.getAttribute("action"), { method: "POST", body: fields }, { container, sent });
});

/* The sessions panel has ended an access: the summary counts the open ones. */
document.addEventListener("sessions:changed", async () => {
  const url = panel()?.dataset.accessUrl;
  const fragment = url && (await fetchFragment(url).catch(() => null));
  if (fragment) {
    showSummary(fragment);
  }
});

/* A new page gets its id from the first autosave: from then on its access can be changed. */
document.addEventListener("w-autosave:success", async (event) => {
  const place = panel();
  const id = event.detail?.response?.pk;
  if (!place || !id || place.dataset.accessUrl) {
    return;
  }
  place.dataset.accessUrl = place.dataset.accessUrlTemplate.replace("/0/", `/${id}/`);
  const fragment = await fetchFragment(place.dataset.accessUrl).catch(() => null);
  if (!fragment) {
    return;
  }
  showSummary(fragment);
  const button = place.querySelector("[data-access-button]");
  button.querySelector("a").href = place.dataset.accessUrl;
  button.hidden = false;
});

/* The access page has its forms, and perhaps a password, from the start. */
showCopyButtons(document);
addReveals(document);
