/* Delete an upload on the server. */

import { csrfToken, JSON_HEADERS } from "./admin_requests.js";
import { LONG_MS, timedFetch } from "./timed_fetch.js";

/**
 * Delete the upload at `url`; false if that fails. An aborted request or an inspection may lock it for a while, so the
 * request is repeated, and an answer may take long.
 */
export async function deleteUpload(url) {
  for (const pause of [0, 500, 2000, 5000, 10000, 20000, 30000]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const headers = { ...JSON_HEADERS, "Tus-Resumable": "1.0.0", "X-CSRFToken": csrfToken() };
    const response = await timedFetch(url, { method: "DELETE", headers }, LONG_MS).catch(() => null);
    if (response?.status !== 423) {
      return Boolean(response?.ok || response?.status === 404);
    }
  }
  return false;
}
