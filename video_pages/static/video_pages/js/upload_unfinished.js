/* The list of unfinished uploads on the upload screen. */

import { deleteUpload } from "./upload_deletion.js";

/** Hide the upload with the address `url` from the list: it continues. */
export function hideUnfinished(url) {
  const item =
    url && document.querySelector(`[data-unfinished-upload="${CSS.escape(new URL(url, location).pathname)}"]`);
  if (!item) {
    return;
  }
  item.hidden = true;
  const list = item.closest("[data-unfinished-uploads]");
  list.hidden = !list.querySelector("[data-unfinished-upload]:not([hidden])");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-delete-upload]");
  if (!button || !window.confirm(button.dataset.deleteUpload)) {
    return;
  }
  const item = button.closest("[data-unfinished-upload]");
  const list = item.closest("[data-unfinished-uploads]");
  const status = document.querySelector("[data-unfinished-status]");
  status.textContent = "";
  button.disabled = true; // the server may hold the upload for a minute
  if (!(await deleteUpload(item.dataset.unfinishedUpload))) {
    button.disabled = false;
    status.textContent = status.dataset.failed;
    button.focus();
    return;
  }
  status.textContent = status.dataset.removed;
  item.remove();
  const next = list.querySelector("[data-delete-upload]");
  list.hidden = !next;
  (next ?? document.querySelector("input[data-check]"))?.focus();
});
