/* Requests of the caption editor: read and save the lines, read a file. */

import { csrfToken, JSON_HEADERS } from "./admin_requests.js";

const asFile = (text) => new File([text], "lines.vtt", { type: "text/vtt" });

/** Send `options` to `url`; return {status, ...} with the JSON of the answer. Rejects for any other answer. */
async function ask(url, options = {}) {
  const headers = { ...JSON_HEADERS, "X-CSRFToken": csrfToken() };
  const response = await fetch(url, { ...options, headers, redirect: "error" });
  if (!response.ok && ![409, 422].includes(response.status)) {
    throw new Error(`The server answered with status ${response.status}.`);
  }
  return { status: response.status, ...(await response.json()) };
}

function post(url, values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) {
    body.append(name, value);
  }
  return ask(url, { method: "POST", body });
}

export const readWords = (url) => ask(url);

/** Save the WebVTT `text`; the status is 409 if the track is no longer of `version`, 422 if the text can't be used. */
export const saveWords = (url, { text, version, isHidden }) =>
  post(url, { file: asFile(text), version: String(version), is_hidden: isHidden ? "1" : "" });

/** Have the server read a WebVTT or SRT file in any encoding; it answers with WebVTT. */
export const readFile = (url, file) => post(url, { file });
