/* The Videos listing, kept up to date: while a file is being worked on and somebody looks, what became of it is read anew. */

(() => {
  const POLL_MILLISECONDS = 5000;
  const cells = (root) => root.querySelectorAll("[data-processing-of]");

  async function refresh() {
    const address = new URL("results/", new URL(".", window.location.href));
    address.search = window.location.search;
    const response = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "error" });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const shown = new Map(Array.from(cells(document), (cell) => [cell.dataset.processingOf, cell]));
    for (const cell of cells(fresh)) shown.get(cell.dataset.processingOf)?.replaceWith(document.adoptNode(cell));
  }

  /* Searching and filtering change the address without loading the page anew: the choice of columns leads back to it. */
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-columns-form]")) return;
    event.target.elements.next.value = window.location.pathname + window.location.search;
  });

  setInterval(() => {
    if (document.hidden || !document.querySelector("[data-processing-of][data-is-unfinished]")) return;
    refresh().catch(() => {}); // what is shown stays; the next round asks again
  }, POLL_MILLISECONDS);
})();
