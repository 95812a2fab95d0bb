/* What the player asks after an error: the verdict of the site, and whether what could not be loaded answers again. */

import { SHORT_MS, timedFetch } from "./timed_fetch.js";

/**
 * Return "open", "locked", "full" (all seats of the invitation are taken) or "offline" for the site's answer at `statusUrl`. The
 * preview of an editor has no such address, and is open.
 */
export async function requestStatus(statusUrl) {
  if (!statusUrl) {
    return "open";
  }
  try {
    const answer = await timedFetch(statusUrl, { cache: "no-store" }, SHORT_MS);
    if (answer.status === 403) {
      return answer.headers.get("X-Refusal") === "at_once" ? "full" : "locked";
    }
    return answer.ok ? "open" : "offline";
  } catch {
    return "offline";
  }
}

/**
 * Return whether a server answers for the file of `wanted`, {url, first}; an answer of 500 or more is none. `first` is the byte
 * that is asked for, undefined for the whole of a short file.
 */
export async function isReachable({ url, first }) {
  const headers = first === undefined ? {} : { Range: `bytes=${first}-${first}` };
  try {
    const answer = await timedFetch(url, { cache: "no-store", headers }, SHORT_MS);
    answer.body?.cancel().catch(() => {}); // a server that knows no ranges sends everything
    return answer.status < 500;
  } catch {
    return false;
  }
}
