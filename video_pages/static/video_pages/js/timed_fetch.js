/* Requests that end: a server that accepts a connection and never answers is like one that can't be reached. Without a limit,
   who waits for the answer waits for ever. */

export const PAGE_MS = 30_000; // a page, also on a slow line, or a password that waits for others
export const SHORT_MS = 10_000; // an answer of some bytes
export const LONG_MS = 300_000; // a form with pictures on a slow line, or work on many videos

/** Return a signal that is aborted with any of `signals`. AbortSignal.any needs Firefox 124. */
function anyOf(...signals) {
  const controller = new AbortController();
  for (const signal of signals) {
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener("abort", abort, { signal: controller.signal });
  }
  return controller.signal;
}

/** As `fetch`; rejected if the answer, with its body, has not come after `milliseconds`, or by the signal in `options`. */
export function timedFetch(url, options = {}, milliseconds = PAGE_MS) {
  const limit = AbortSignal.timeout(milliseconds);
  return fetch(url, { ...options, signal: options.signal ? anyOf(options.signal, limit) : limit });
}

/** Return `promise`, rejected if it is still open after `milliseconds`. */
export function within(milliseconds, promise) {
  let timer;
  const end = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), milliseconds);
  });
  return Promise.race([promise, end]).finally(() => clearTimeout(timer));
}
