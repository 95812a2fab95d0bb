/* Requests of the caption editor: read and save the lines, read a file. */

import { fetchJson, postJson } from "./admin_requests.js";

const asFile = (text) => new File([text], "lines.vtt", { type: "text/vtt" });

function post(url, values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) {
    body.append(name, value);
  }
  return postJson(url, body);
}

export const readDocument = (url) => fetchJson(url);

/**
 * Save the WebVTT `text` and whether the track `isHidden`; what is null stays as it is. The status is 409 if the text
 * is no longer of `version`, 422 if it can't be used.
 */
export function saveDocument(url, { text, version, isHidden }) {
  const values = { version: String(version) };
  if (text !== null) {
    values.file = asFile(text);
  }
  if (isHidden !== null) {
    values.is_hidden = isHidden ? "1" : "";
  }
  return post(url, values);
}

/** Have the server read a WebVTT or SRT file in any encoding; it answers with WebVTT. */
export const readFile = (url, file) => post(url, { file });
