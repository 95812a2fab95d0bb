/* The access dialog of the page editor: its forms go by fetch, apart from the page's own form, and nothing of them stays.

   Wagtail moves the dialog to the end of the body and opens it from any element with data-a11y-dialog-show. Without this
   script the same link leads to a page of its own. */

(() => {
  const DIALOG = "access-dialog";
  const dialog = () => document.getElementById(DIALOG);
  const panel = () => document.querySelector("[data-access-panel]");
  const body = () => dialog()?.querySelector("[data-access-body]");

  function showFailure() {
    body().replaceChildren(dialog().querySelector("[data-access-failed]").content.cloneNode(true));
  }

  const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

  /* Put the summary out of a fragment from the server into the panel. */
  function showSummary(fragment) {
    const summary = fragment.querySelector("[data-access-new-summary]").cloneNode(true);
    panel()?.querySelector("[data-access-summary]").replaceChildren(...summary.childNodes);
  }

  /* Put a fragment from the server into the dialog, and its summary into the panel behind it. */
  function show(fragment) {
    showSummary(fragment);
    const shown = document.createElement("div");
    shown.append(...fragment.childNodes);
    body().replaceChildren(shown);
    showCopyButtons(shown);
    const first = shown.querySelector("[data-access-handover], .w-field--error, [data-access-done]");
    first?.scrollIntoView({ block: "nearest" });
    (shown.querySelector(".w-field--error input") || shown.querySelector("[data-access-handover] button"))?.focus();
  }

  function request(url, options = {}) {
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    return fetch(url, { ...options, headers, credentials: "same-origin", redirect: "error" });
  }

  async function ask(url, options) {
    body().setAttribute("aria-busy", "true");
    try {
      const response = await request(url, options);
      if (response.ok) show(parse(await response.text()));
      else showFailure();
    } catch (error) {
      showFailure();
    } finally {
      body().removeAttribute("aria-busy");
    }
  }

  function showCopyButtons(root) {
    for (const button of root.querySelectorAll("[data-access-copy]")) button.hidden = false;
  }

  /* The clipboard's own interface exists on secure addresses only; elsewhere the text is selected and copied as by hand. */
  async function copy(button) {
    const source = button.closest("[data-access-handover]").querySelector(button.dataset.accessCopy);
    const text = source.value ?? source.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
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

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(`[data-a11y-dialog-show="${DIALOG}"]`);
    if (opener && dialog()) event.preventDefault();
    const button = event.target.closest?.("[data-access-copy]");
    if (button) copy(button);
  });

  document.addEventListener("w-dialog:shown", (event) => {
    if (event.target === dialog()) ask(panel().dataset.accessUrl);
  });

  /* A password that was shown once goes with the dialog. */
  document.addEventListener("w-dialog:hidden", (event) => {
    if (event.target === dialog()) body().replaceChildren();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!dialog()?.contains(form)) return;
    event.preventDefault();
    if (body().getAttribute("aria-busy")) return;
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    // Not form.action: the buttons are called "action", and a form answers with them first.
    ask(form.getAttribute("action"), { method: "POST", body: fields });
  });

  /* A new page gets its id from the first autosave: from then on its access can be set. */
  document.addEventListener("w-autosave:success", async (event) => {
    const place = panel();
    const id = event.detail?.response?.pk;
    if (!place || !id || place.dataset.accessUrl) return;
    place.dataset.accessUrl = place.dataset.accessUrlTemplate.replace("/0/", `/${id}/`);
    const response = await request(place.dataset.accessUrl);
    if (!response.ok) return;
    showSummary(parse(await response.text()));
    const button = place.querySelector("[data-access-button]");
    button.querySelector("a").href = place.dataset.accessUrl;
    button.hidden = false;
  });

  /* On the page of its own, the password may stand there already; Wagtail loads scripts before what they are for. */
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => showCopyButtons(document));
  } else {
    showCopyButtons(document);
  }
})();
