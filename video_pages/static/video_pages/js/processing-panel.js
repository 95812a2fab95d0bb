/* The processing panel of the page editor, kept up to date: after each autosave, for another file may have been chosen,
   and every few seconds while the file is being worked on and somebody looks. */

(() => {
  const POLL_MILLISECONDS = 4000;
  const panel = () => document.querySelector("[data-processing-panel]");
  const isUnfinished = () => Boolean(panel()?.querySelector("[data-is-unfinished]"));
  let timer = null;

  async function refresh() {
    const place = panel();
    if (!place?.dataset.refreshUrl) return;
    try {
      const response = await fetch(place.dataset.refreshUrl, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (!response.ok) return;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
      place.replaceChildren(...fresh.childNodes);
    } catch (error) {
      return; // what is shown stays; the next round asks again
    }
  }

  function plan() {
    clearTimeout(timer);
    if (!isUnfinished()) return;
    timer = setTimeout(async () => {
      if (!document.hidden) await refresh();
      plan();
    }, POLL_MILLISECONDS);
  }

  document.addEventListener("w-autosave:success", async (event) => {
    const place = panel();
    const id = event.detail?.response?.pk;
    if (place && id && !place.dataset.refreshUrl) {
      place.dataset.refreshUrl = place.dataset.refreshUrlTemplate.replace("/0/", `/${id}/`);
    }
    await refresh();
    plan();
  });

  plan();
})();
