/* What is loaded beside hls.js, so that it has its playlists at once; and how quick the line is, by what the page has
   loaded. This module does not use the document: tests/js/ runs it without a browser. */

const ENOUGH_BYTES = 20_000;
// Below this rate, a player begins with the rendition that needs the fewest bits.
const SLOW_BITS = 1_000_000;
const PATIENCE_MS = 20_000;
const LIGHTEST = 0; // hls.js sorts its levels

/**
 * Return the bits per second at which `entries` came (PerformanceResourceTiming), over the time in which any of them came:
 * latency does not count. Return undefined if too little was loaded to tell, as from a cache.
 */
export function bitsPerSecond(entries) {
  const came = entries.filter((entry) => entry.transferSize > 0 && entry.responseStart > 0);
  came.sort((a, b) => a.responseStart - b.responseStart);
  let [bytes, milliseconds, until] = [0, 0, 0];
  for (const { transferSize, responseStart, responseEnd } of came) {
    bytes += transferSize;
    milliseconds += Math.max(0, responseEnd - Math.max(responseStart, until));
    until = Math.max(until, responseEnd);
  }
  return bytes < ENOUGH_BYTES ? undefined : (bytes * 8 * 1000) / Math.max(milliseconds, 1);
}

/** Return the address of the rendition that needs the fewest bits, by the master playlist `text` at `url`; or undefined. */
export function lightestIn(text, url) {
  const variants = [...text.matchAll(/^#EXT-X-STREAM-INF:(?:.*,)?BANDWIDTH=(\d+).*\r?\n(?!#)(.+)$/gm)];
  variants.sort((a, b) => a[1] - b[1]);
  return variants.length ? new URL(variants[0][2].trim(), url).href : undefined;
}

/** The playlists that are requested before hls.js asks for them. */
export class EarlyPlaylists {
  #answers = new Map();

  /** Request the master playlist at `url`, and on a slow line the lightest rendition's. `bits` are those per second. */
  constructor(url, bits) {
    this.bits = bits;
    this.isSlow = bits < SLOW_BITS;
    const master = this.#request(new URL(url, location.href).href);
    if (this.isSlow) {
      master.then((answer) => this.#request(lightestIn(answer.text, answer.url))).catch(() => {});
    }
  }

  #request(url) {
    const answer = fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(async (response) => {
      if (!response.ok) {
        throw new Error(`${response.status}`);
      }
      return { url: response.url, text: await response.text() };
    });
    answer.catch(() => {}); // hls.js then asks itself, and its error is reported
    this.#answers.set(url, answer);
    return answer;
  }

  /** Return a promise of {url, text} for the playlist at `url`, once; undefined if it was not requested. */
  take(url) {
    const answer = this.#answers.get(url);
    this.#answers.delete(url);
    return answer;
  }

  /** Return the settings of hls.js, whose class is `Hls`, for these playlists and this line. */
  settings(Hls) {
    const start = this.isSlow ? { startLevel: LIGHTEST, abrEwmaDefaultEstimate: Math.round(this.bits) } : {};
    return { pLoader: loaderWith(Hls.DefaultConfig.loader, this), ...start };
  }
}

/** Return a class of loaders for hls.js that answers from `early`, and loads what is not there as `Loader` does. */
export function loaderWith(Loader, early) {
  return class extends Loader {
    load(context, config, callbacks) {
      const answer = early.take(context.url);
      if (!answer) {
        super.load(context, config, callbacks);
        return;
      }
      this.context = context; // by which hls.js finds that it is loading this already
      answer.then(
        ({ url, text }) => {
          if (this.context) {
            const { stats } = this;
            stats.loading.start = stats.loading.first = stats.loading.end = performance.now();
            stats.loaded = stats.total = text.length;
            callbacks.onSuccess({ url, data: text, code: 200 }, stats, context, null);
          }
        },
        () => {
          if (this.context) {
            super.load(context, config, callbacks);
          }
        },
      );
    }

    abort() {
      const { context } = this;
      super.abort();
      if (context && !this.stats?.loading.start) {
        this.context = null; // what comes is not wanted any more
      }
    }
  };
}

/** Return the EarlyPlaylists of the master playlist at `url`, for the line over which this page came. */
export function loadEarly(url) {
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  return new EarlyPlaylists(url, bitsPerSecond(entries));
}
