/* Requests that end: a server that accepts a connection and never answers is like one that can't be reached. Without a limit,
   who waits for the answer waits for ever. */

export const PAGE_MS = 30_000; // a page, also on a slow line, or a password that waits for others
export const SHORT_MS = 10_000; // an answer of some bytes

/** As `fetch`; rejected if the answer, with its body, has not come after `milliseconds`. */
export const timedFetch = (url, options = {}, milliseconds = PAGE_MS) =>
  fetch(url, { ...options, signal: AbortSignal.timeout(milliseconds) });

/** Return `promise`, rejected if it is still open after `milliseconds`. */
export function within(milliseconds, promise) {
  let timer;
  const end = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), milliseconds);
  });
  return Promise.race([promise, end]).finally(() => clearTimeout(timer));
}
