/* The processing panel of the page editor, kept up to date: after each autosave, for another file may have been chosen,
   and every few seconds while the file is being worked on and somebody looks. */

(() => {
  const POLL_MILLISECONDS = 4000;
  const panel = () => document.querySelector("[data-processing-panel]");

  async function refresh() {
    const place = panel();
    if (!place?.dataset.refreshUrl) return;
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    const response = await fetch(place.dataset.refreshUrl, { headers, redirect: "error" });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    place.replaceChildren(...fresh.childNodes);
  }

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
