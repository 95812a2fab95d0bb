/* "Who has access now" in the page editor: ends one browser's access in place. Without this script, or if the server
   refuses, the same link leads to a page that asks first. */

(() => {
  async function end(link) {
    const panel = link.closest("[data-sessions-panel]");
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const headers = { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token };
    const body = new URLSearchParams({ session: link.dataset.sessionEnd });
    const response = await fetch(panel.dataset.sessionsUrl, { method: "POST", body, headers, redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    panel.replaceChildren(...fresh.childNodes);
    panel.querySelector("[data-session-end]")?.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-session-end]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    end(link).catch(() => window.location.assign(link.href));
  });
})();
