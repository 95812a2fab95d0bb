/* Requests of the upload scripts to the server, and the reason why an upload stops. */

import { csrfToken, JSON_HEADERS } from "./admin_requests.js";
import { LONG_MS, timedFetch } from "./timed_fetch.js";

const PASSING_STATUSES = [404, 408, 429]; // not the fault of the way to the bucket

/** The reason why an upload stops, in the form of tus-js-client's errors. `status` 0: no answer came. */
export class UploadFailure extends Error {
  constructor(status, { body = "", isOfBucket = false, problem = "" } = {}) {
    super(problem || `status ${status}`);
    this.isOfBucket = isOfBucket;
    this.status = status;
    this.originalResponse = status ? { getStatus: () => status, getBody: () => body } : null;
  }

  /** True if the server no longer has the upload. */
  get isGone() {
    return !this.isOfBucket && [404, 410].includes(this.status);
  }

  /** True if the browser does not reach the bucket, or the bucket refuses it; false if the bucket fails. */
  get isOfTheWay() {
    return this.isOfBucket && this.status < 500 && !PASSING_STATUSES.includes(this.status);
  }
}

const isJson = (response) => (response.headers.get("Content-Type") || "").startsWith("application/json");

/** Return {ok, status, data} of the answer to a GET; the status 0 means that no answer of the site came. */
export async function getJson(url) {
  try {
    const response = await timedFetch(url, { headers: JSON_HEADERS, redirect: "manual" });
    if (isJson(response) || !response.ok) {
      return { ok: response.ok, status: response.status || 403, data: isJson(response) ? await response.json() : {} };
    }
  } catch {
    // The answer did not come, or not whole.
  }
  return { ok: false, status: 0, data: {} };
}

/**
 * Send a POST with `data` as JSON to the server; return the answer's JSON. Throws UploadFailure, also for an answer that breaks
 * off or is none of the site, such as the page of a hotel's network.
 */
export async function postJson(url, data, { headers = {}, signal = null } = {}) {
  const sent = { ...JSON_HEADERS, "X-CSRFToken": csrfToken(), "Tus-Resumable": "1.0.0", ...headers };
  const body = data && JSON.stringify(data);
  const options = { method: "POST", headers: sent, body, redirect: "manual", signal };
  const response = await timedFetch(url, options, LONG_MS).catch(() => null);
  if (!response?.ok) {
    // A redirect leads to the login.
    const status = response?.type === "opaqueredirect" ? 403 : (response?.status ?? 0);
    throw new UploadFailure(status, { body: response ? await response.text().catch(() => "") : "" });
  }
  try {
    const text = await response.text();
    return { location: response.headers.get("Location"), ...(text ? JSON.parse(text) : {}) };
  } catch (error) {
    throw new UploadFailure(0, { problem: String(error) });
  }
}

/** Let the upload at `url` go through the server; `problem` is told to the operator. Throws UploadFailure. */
export const leaveBucket = (url, problem) => postJson(`${url}leave/`, { problem });
