/* The processing panel of the page editor, kept up to date: after each autosave, for another file may have been chosen,
   and every few seconds while the file is being worked on and somebody looks. Its buttons act in place; without this
   script, or if the server refuses, they lead to pages of their own. */

(() => {
  const POLL_MILLISECONDS = 4000;
  const panel = () => document.querySelector("[data-processing-panel]");

  async function refresh() {
    const place = panel();
    if (!place?.dataset.refreshUrl) return;
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    const response = await fetch(place.dataset.refreshUrl, { headers, redirect: "error" });
    if (response.ok) show(place, await response.text());
  }

  /* Put a fragment from the server into the panel; what was unfolded, and where the keyboard is, stays. */
  function show(place, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    const isOpen = place.querySelector("details")?.open;
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    place.replaceChildren(...fresh.childNodes);
    const details = place.querySelector("details");
    if (details && isOpen) details.open = true;
    if (focused?.matches("summary")) place.querySelector("summary")?.focus();
    else if (focused) place.querySelector("[data-processing-action]")?.focus();
  }

  async function act(link) {
    const place = panel();
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const headers = { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token };
    const response = await fetch(link.href, { method: "POST", headers, redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    show(place, await response.text());
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-processing-action]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.confirm && !window.confirm(link.dataset.confirm)) return;
    act(link).catch(() => window.location.assign(link.href));
  });

  // If the server does not answer, what is shown stays; the next round asks again.
  const refreshQuietly = () => refresh().catch(() => {});

  setInterval(() => {
    if (!document.hidden && panel()?.querySelector("[data-is-unfinished]")) refreshQuietly();
  }, POLL_MILLISECONDS);

  /* A new page gets its id from the first autosave. */
  document.addEventListener("w-autosave:success", (event) => {
    const place = panel();
    const id = event.detail?.response?.pk;
    if (place && id && !place.dataset.refreshUrl) {
      place.dataset.refreshUrl = place.dataset.refreshUrlTemplate.replace("/0/", `/${id}/`);
    }
    refreshQuietly();
  });
})();
