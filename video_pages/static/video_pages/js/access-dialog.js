/* The access dialog of the page editor: its forms go by fetch, apart from the page's own form, and nothing of them stays.
   The page of its own does the same in place, so that a password which is shown once stays until the page is left.

   Wagtail moves the dialog to the end of the body and opens it from any element with data-a11y-dialog-show. Without this
   script the same link leads to a page of its own. */

(() => {
  const DIALOG = "access-dialog";
  const dialog = () => document.getElementById(DIALOG);
  const panel = () => document.querySelector("[data-access-panel]");
  const body = () => dialog()?.querySelector("[data-access-body]");

  /* Where the forms stand that `element` belongs to: in the dialog, or on the page of their own. */
  const placeOf = (element) => (dialog()?.contains(element) ? body() : element.closest("[data-access-page]"));

  function showFailure() {
    body().replaceChildren(dialog().querySelector("[data-access-failed]").content.cloneNode(true));
  }

  const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

  /* Put the summary out of a fragment from the server into the panel. */
  function showSummary(fragment) {
    const summary = fragment.querySelector("[data-access-new-summary]")?.cloneNode(true);
    if (summary)
      panel()
        ?.querySelector("[data-access-summary]")
        .replaceChildren(...summary.childNodes);
  }

  /* A password that was shown once stays while the dialog is open, until it is another one or none. */
  function keepPassword(fragment, place) {
    const shown = place.querySelector("[data-access-handover]");
    const changed = fragment.querySelector("[data-access-new-summary]").dataset.passwordChanged;
    if (shown && !fragment.querySelector("[data-access-handover]") && shown.dataset.accessHandover === changed) {
      (fragment.querySelector(".access-form") ?? fragment.firstChild).before(shown);
    }
  }

  const isChanged = (field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT"
        ? [...field.options].some((option) => option.selected !== option.defaultSelected)
        : field.value !== field.defaultValue;

  /* What was typed and not sent stays: each button takes some fields, and the answer shows all others as they are stored. */
  function keepTyped(fragment, place, taken) {
    const fields = [...place.querySelectorAll("form [name^='access-']")];
    const names = new Set(
      fields.filter((field) => !taken.has(field.name) && isChanged(field)).map((field) => field.name),
    );
    for (const field of fields.filter((each) => names.has(each.name))) {
      const same = (each) => each.name === field.name && (field.type !== "radio" || each.value === field.value);
      const fresh = [...fragment.querySelectorAll("form [name^='access-']")].find(same);
      if (!fresh) continue;
      if (field.type === "checkbox" || field.type === "radio") fresh.checked = field.checked;
      else fresh.value = field.value;
    }
  }

  /* Put a fragment from the server into `place`, and its summary into the panel behind the dialog. */
  function show(fragment, place, taken) {
    keepPassword(fragment, place);
    keepTyped(fragment, place, taken);
    showSummary(fragment);
    const shown = document.createElement("div");
    shown.append(...fragment.childNodes);
    place.replaceChildren(shown);
    showCopyButtons(shown);
    const first = shown.querySelector("[data-access-handover], .w-field--error, [data-access-done]");
    first?.scrollIntoView({ block: "nearest" });
    (shown.querySelector(".w-field--error input") || shown.querySelector("[data-access-handover] button"))?.focus();
  }

  function request(url, options = {}) {
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    return fetch(url, { ...options, headers, credentials: "same-origin", redirect: "error" });
  }

  async function ask(url, options, { place = body(), failed = showFailure, taken = new Set() } = {}) {
    place.setAttribute("aria-busy", "true");
    try {
      const response = await request(url, options);
      if (!response.ok) throw new Error(String(response.status));
      show(parse(await response.text()), place, taken);
      if (options) document.dispatchEvent(new CustomEvent("access:changed"));
    } catch {
      failed();
    } finally {
      place.removeAttribute("aria-busy");
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

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(`[data-a11y-dialog-show="${DIALOG}"]`);
    if (opener && dialog()) event.preventDefault();
    const button = event.target.closest?.("[data-access-copy]");
    if (button) copy(button);
  });

  document.addEventListener("w-dialog:shown", (event) => {
    if (event.target === dialog()) ask(panel().dataset.accessUrl, null);
  });

  /* A password that was shown once goes with the dialog. */
  document.addEventListener("w-dialog:hidden", (event) => {
    if (event.target === dialog()) body().replaceChildren();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const place = placeOf(form);
    if (!place) return;
    event.preventDefault();
    if (place.getAttribute("aria-busy")) return;
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    const taken = new Set(event.submitter?.dataset.accessTakes?.split(" "));
    const failed = place === body() ? showFailure : () => window.location.reload();
    // Not form.action: the buttons are called "action", and a form answers with them first.
    ask(form.getAttribute("action"), { method: "POST", body: fields }, { place, failed, taken });
  });

  /* The panel of sessions has ended one: the summary counts them, too. */
  document.addEventListener("sessions:changed", async () => {
    const url = panel()?.dataset.accessUrl;
    const response = url && (await request(url).catch(() => null));
    if (response?.ok) showSummary(parse(await response.text()));
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
