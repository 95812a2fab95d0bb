/* "Who has access now" in the page editor. A click ends one browser's access in place. Without this script, or if the
   server refuses, the same link leads to a page that asks for confirmation. The panel is loaded again after each change
   of access, and when the window becomes visible. */

import { fetchFragment, opensElsewhere, postFragment } from "./admin_requests.js";

async function endSession(link) {
  const panel = link.closest("[data-sessions-panel]");
  const body = new URLSearchParams({ session: link.dataset.sessionEnd });
  panel.replaceChildren(...(await postFragment(panel.dataset.sessionsUrl, body)).childNodes);
  // A screen reader reads what has the focus. Beside a button, a live region says the rest.
  const ended = panel.querySelector("[data-sessions-ended]");
  const next = panel.querySelector("[data-session-end]");
  (next ?? ended).focus();
  document.querySelector("[data-sessions-announced]").textContent = next ? ended.textContent : "";
  document.dispatchEvent(new CustomEvent("sessions:changed"));
}

async function refresh() {
  const panel = document.querySelector("[data-sessions-panel]");
  if (!panel?.dataset.sessionsUrl || panel.contains(document.activeElement)) {
    return;
  }
  const fragment = await fetchFragment(panel.dataset.sessionsUrl).catch(() => null);
  if (fragment) {
    panel.replaceChildren(...fragment.childNodes);
  }
}

document.addEventListener("access:changed", refresh);
document.addEventListener("visibilitychange", () => document.hidden || refresh());

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-session-end]");
  if (!link || opensElsewhere(event)) {
    return;
  }
  event.preventDefault();
  endSession(link).catch(() => window.location.assign(link.href));
});
