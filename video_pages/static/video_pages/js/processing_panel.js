/* The processing panel of the page editor. It is loaded again after each autosave, because another file may have been
   chosen, and every few seconds while the file is processed and the window is visible. Its buttons act in place;
   without this script, or if the server refuses, they lead to pages of their own. */

import { fetchFragment, opensElsewhere, postFragment } from "./admin_requests.js";

const POLL_MILLISECONDS = 4000;
const panel = () => document.querySelector("[data-processing-panel]");

/** Replace the content of the panel `place`; open details and the keyboard focus are kept. */
function show(place, fragment) {
  const isOpen = place.querySelector("details")?.open;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  place.replaceChildren(...fragment.childNodes);
  const details = place.querySelector("details");
  if (details && isOpen) {
    details.open = true;
  }
  if (focused?.matches("summary")) {
    place.querySelector("summary")?.focus();
  } else if (focused) {
    place.querySelector("[data-processing-action]")?.focus();
  }
}

/** Load the panel again. If the server does not answer, the content stays until the next try. */
async function refresh() {
  const place = panel();
  const fragment = place?.dataset.refreshUrl && (await fetchFragment(place.dataset.refreshUrl).catch(() => null));
  if (fragment) {
    show(place, fragment);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-processing-action]");
  if (!link || opensElsewhere(event)) {
    return;
  }
  event.preventDefault();
  if (link.dataset.confirm && !window.confirm(link.dataset.confirm)) {
    return;
  }
  const place = panel();
  postFragment(link.href).then(
    (fragment) => show(place, fragment),
    () => window.location.assign(link.href),
  );
});

setInterval(() => {
  if (!document.hidden && panel()?.querySelector("[data-is-unfinished]")) {
    refresh();
  }
}, POLL_MILLISECONDS);

/* A new page gets its id from the first autosave. */
document.addEventListener("w-autosave:success", (event) => {
  const place = panel();
  const id = event.detail?.response?.pk;
  if (place && id && !place.dataset.refreshUrl) {
    place.dataset.refreshUrl = place.dataset.refreshUrlTemplate.replace("/0/", `/${id}/`);
  }
  refresh();
});
