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

export const readWords = (url) => fetchJson(url);

/** Save the WebVTT `text`; the status is 409 if the track is no longer of `version`, 422 if the text can't be used. */
export const saveWords = (url, { text, version, isHidden }) =>
  post(url, { file: asFile(text), version: String(version), is_hidden: isHidden ? "1" : "" });

/** Have the server read a WebVTT or SRT file in any encoding; it answers with WebVTT. */
export const readFile = (url, file) => post(url, { file });
