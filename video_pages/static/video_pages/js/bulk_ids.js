/* The ids of a bulk action on a long list, which the server returns once the editor has confirmed. This module does not use
   the document: tests/js/ runs it without a browser. */

import { XHR_HEADERS } from "./admin_requests.js";
import { timedFetch } from "./timed_fetch.js";

export const DIGEST_FIELD = "list_digest"; // of the form, and in the address
const CONFLICT = 409;

/**
 * Return the ids at `action`, the address of the form, as texts; null if the list is no longer the one with `digest`.
 * Throws if the server can't be reached or does not answer as expected.
 */
export async function loadIds(action, digest) {
  const address = new URL(action);
  address.searchParams.set(DIGEST_FIELD, digest);
  const response = await timedFetch(address, { headers: XHR_HEADERS, redirect: "error" });
  if (response.status === CONFLICT) {
    return null;
  }
  if (!response.ok) {
    throw new Error(`The server answered with status ${response.status}.`);
  }
  const { ids } = await response.json();
  return ids.map(String);
}
