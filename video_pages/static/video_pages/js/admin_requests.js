/* Requests of the scripts in the Wagtail admin, and the HTML in their responses. */

import { LONG_MS, timedFetch } from "./timed_fetch.js";

/** Headers by which the server recognizes a request of a script. */
export const XHR_HEADERS = { "X-Requested-With": "XMLHttpRequest" };

/** Return the CSRF token. The cookie is current also after a new login in another tab; the page's form may be older. */
export function csrfToken() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found ? found[1] : (document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "");
}

/**
 * Request `url` with `options` of fetch; return the body of the HTML document in the response.
 * A redirect (to the login form, for example) and an error status reject the promise; the error has the `status`.
 */
export async function fetchFragment(url, options = {}) {
  const headers = { ...XHR_HEADERS, ...options.headers };
  const response = await timedFetch(url, { ...options, headers, redirect: "error" });
  if (!response.ok) {
    throw Object.assign(new Error(`The server answered with status ${response.status}.`), { status: response.status });
  }
  return new DOMParser().parseFromString(await response.text(), "text/html").body;
}

/** Send `body` by POST, with the CSRF token in a header; return what fetchFragment returns. */
export function postFragment(url, body) {
  return fetchFragment(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
}

/** True if a click on a link opens it in another tab or window. */
export const opensElsewhere = (event) => event.metaKey || event.ctrlKey || event.shiftKey;

/** Headers of a request of a script that expects JSON. */
export const JSON_HEADERS = { ...XHR_HEADERS, Accept: "application/json" };

/**
 * Request `url` with `options` of fetch; return {status, ...} with the JSON of the answer. An answer that refuses with a
 * message (409, 422) is one, too; a redirect, another error status, and no answer after `milliseconds` (undefined: as
 * for a page) reject the promise.
 */
export async function fetchJson(url, options = {}, milliseconds = undefined) {
  const headers = { ...JSON_HEADERS, "X-CSRFToken": csrfToken() };
  const response = await timedFetch(url, { ...options, headers, redirect: "error" }, milliseconds);
  if (!response.ok && ![409, 422].includes(response.status)) {
    throw new Error(`The server answered with status ${response.status}.`);
  }
  return { status: response.status, ...(await response.json()) };
}

/** Send `body`, which may have files, by POST; return what fetchJson returns. */
export const postJson = (url, body) => fetchJson(url, { method: "POST", body }, LONG_MS);
