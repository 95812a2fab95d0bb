/* "Who has access now" in the page editor: ends one browser's access in place. Without this script, or if the server
   refuses, the same link leads to a page that asks first. It is read anew after each change of access, and when somebody
   comes back to the window. */

(() => {
  async function end(link) {
    const panel = link.closest("[data-sessions-panel]");
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const headers = { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token };
    const body = new URLSearchParams({ session: link.dataset.sessionEnd });
    const response = await fetch(panel.dataset.sessionsUrl, { method: "POST", body, headers, redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    show(panel, await response.text());
    panel.querySelector("[data-session-end]")?.focus();
    document.dispatchEvent(new CustomEvent("sessions:changed"));
  }

  function show(panel, html) {
    panel.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }

  async function refresh() {
    const panel = document.querySelector("[data-sessions-panel]");
    if (!panel?.dataset.sessionsUrl || panel.contains(document.activeElement)) return;
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    const response = await fetch(panel.dataset.sessionsUrl, { headers, redirect: "error" }).catch(() => null);
    if (response?.ok) show(panel, await response.text());
  }

  document.addEventListener("access:changed", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-session-end]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    end(link).catch(() => window.location.assign(link.href));
  });
})();
