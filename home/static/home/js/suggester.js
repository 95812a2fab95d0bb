/* When to ask for suggestions, and which answer to show: needs no document. */

export const PAUSE = 150; // milliseconds without a key before a question is sent

/**
 * Return an object whose `typed(text)` asks `fetchSuggestions(query, signal)` after a pause and gives its answer to
 * `show(list)`. Only the answer to the last text is shown; an error shows an empty list. `stop()` shows nothing more.
 */
export function createSuggester({ fetchSuggestions, show, pause = PAUSE }) {
  let timer;
  let running = new AbortController();
  let last = "";

  async function ask(query) {
    const { signal } = running;
    let found = [];
    try {
      found = await fetchSuggestions(query, signal);
    } catch {
      // Aborted, or without a network: there is nothing to show.
    }
    if (!signal.aborted) {
      show(found);
    }
  }

  function stop() {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
  }

  function typed(text) {
    const query = text.trim();
    if (query === last) {
      return;
    }
    last = query;
    stop();
    if (query) {
      timer = setTimeout(() => ask(query), pause);
    } else {
      show([]);
    }
  }

  return { typed, stop };
}
