/* What is loaded beside hls.js, so that it has it at once: the playlists, on a slow line the beginning of the video, too.
   And how quick the line is, by what the page has loaded. This module does not use the document: tests/js/ runs it
   without a browser. */

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

// hls.js asks for the master playlist by the address that it was given, for others by whole ones.
const absolute = (url) => new URL(url, location.href).href;

/** Return the address of the rendition that needs the fewest bits, by the master playlist `text` at `url`; or undefined. */
export function lightestIn(text, url) {
  const variants = [...text.matchAll(/^#EXT-X-STREAM-INF:(?:.*,)?BANDWIDTH=(\d+).*\r?\n(?!#)(.+)$/gm)];
  variants.sort((a, b) => a[1] - b[1]);
  return variants.length ? new URL(variants[0][2].trim(), url).href : undefined;
}

/**
 * Return the address of the media file and the number of bytes, {url, end}, that its header and its first segment take,
 * by the media playlist `text` at `url`. Return undefined if they are not the beginning of one file, or are encrypted.
 */
export function beginningIn(text, url) {
  const [head] = text.split("#EXTINF", 1);
  const header = /^#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@0"/m.exec(head);
  const first = /^#EXTINF:.*\r?\n#EXT-X-BYTERANGE:(\d+)@(\d+)\r?\n(?!#)(.+)$/m.exec(text);
  if (!header || !first || head.includes("#EXT-X-KEY") || header[1] !== first[3].trim() || header[2] !== first[2]) {
    return undefined;
  }
  return { url: new URL(header[1], url).href, end: Number(first[1]) + Number(first[2]) };
}

/** What is requested before hls.js asks for it. */
export class Early {
  #answers = new Map();
  #beginning;

  /**
   * Request the master playlist at `url`, and on a slow line the lightest rendition's. If `isPlaying()` when that is there,
   * also the beginning of the rendition. `bits` are those per second.
   */
  constructor(url, bits, isPlaying) {
    this.bits = bits;
    this.isSlow = bits < SLOW_BITS;
    const master = this.#requestText(url);
    if (this.isSlow) {
      master
        .then((answer) => this.#requestText(lightestIn(answer.data, answer.url)))
        .then((answer) => isPlaying() && this.#requestBeginning(answer))
        .catch(() => {});
    }
  }

  async #request(url, headers, read) {
    const start = performance.now();
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    const first = performance.now();
    const data = await read(response);
    return { url: response.url, data, code: response.status, times: { start, first, end: performance.now() } };
  }

  #requestText(url) {
    const answer = this.#request(url, {}, (response) => (response.ok ? response.text() : Promise.reject(response)));
    answer.catch(() => {}); // hls.js then asks itself, and its error is reported
    this.#answers.set(absolute(url), answer);
    return answer;
  }

  #requestBeginning({ data, url }) {
    const beginning = beginningIn(data, url);
    if (beginning) {
      const headers = { Range: `bytes=0-${beginning.end - 1}` };
      const read = (response) => (response.status === 206 ? response.arrayBuffer() : Promise.reject(response));
      const answer = this.#request(beginning.url, headers, read);
      answer.catch(() => {});
      this.#beginning = { ...beginning, answer };
    }
  }

  /** Return a promise of {url, data, code, times} for the playlist at `url`, once; undefined if it was not requested. */
  takePlaylist({ url }) {
    const answer = this.#answers.get(absolute(url));
    this.#answers.delete(absolute(url));
    return answer;
  }

  /** Return the same for a range of the media file at `url`; each may be asked for once. */
  takeRange({ url, rangeStart, rangeEnd }) {
    const { answer, ...beginning } = this.#beginning ?? {};
    if (beginning.url !== url || !rangeEnd || rangeEnd > beginning.end) {
      return undefined;
    }
    if (rangeEnd === beginning.end) {
      this.#beginning = undefined;
    }
    return answer.then(({ data, ...others }) => ({ ...others, data: data.slice(rangeStart, rangeEnd) }));
  }

  /** Return the settings of hls.js, whose class is `Hls`, for what is there and for this line. */
  settings(Hls) {
    const { loader } = Hls.DefaultConfig;
    const start = { startLevel: LIGHTEST, abrEwmaDefaultEstimate: Math.round(this.bits) };
    start.fLoader = loaderWith(loader, (context) => this.takeRange(context));
    return { pLoader: loaderWith(loader, (context) => this.takePlaylist(context)), ...(this.isSlow ? start : {}) };
  }
}

/** Return a class of loaders for hls.js that answers with what `take(context)` has, and loads the rest as `Loader` does. */
export function loaderWith(Loader, take) {
  return class extends Loader {
    load(context, config, callbacks) {
      const answer = take(context);
      if (!answer) {
        super.load(context, config, callbacks);
        return;
      }
      this.context = context; // by which hls.js finds that it is loading this already
      answer.then(
        ({ times, ...response }) => {
          if (this.context) {
            const { stats } = this;
            Object.assign(stats.loading, times); // by which hls.js judges the line
            stats.loaded = stats.total = response.data.byteLength ?? response.data.length;
            callbacks.onSuccess(response, stats, context, null);
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

/** Return the bits per second of the line over which this page came; undefined if too little of it did. */
const lineBits = () => bitsPerSecond(["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type)));

/** Return whether hls.js is worth loading before anybody plays: over a slow line that needs no care. */
export const isWorthLoading = () => lineBits() < SLOW_BITS && !navigator.connection?.saveData;

/** Call `load`, which loads hls.js, where it takes seconds: who plays then does not wait for it. */
export function loadBeforePlay(load) {
  if (isWorthLoading()) {
    load().catch(() => {});
  }
}

/** Return what is loaded early of the master playlist at `url`, over the line over which this page came. */
export function loadEarly(url, isPlaying) {
  return new Early(url, lineBits(), isPlaying);
}
