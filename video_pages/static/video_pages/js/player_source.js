/* The source of the video: hls.js in browsers with MediaSource, the browser's own HLS in others (iPhones), or the
   progressive file. Dispatches "levels", "levelswitch", "audiotracks", "offline", "loaded" after each segment, and
   "playbackerror" with the kind locked, lost or damaged. */

const SETTINGS = {
  enableWorker: false, // the content security policy forbids workers from blob: addresses
  capLevelToPlayerSize: true,
  backBufferLength: 90,
};

export class Source extends EventTarget {
  constructor(video, statusUrl) {
    super();
    this.video = video;
    this.statusUrl = statusUrl;
    this.element = video.closest("hls-video");
    this.hasRecovered = false;
    /** True while a reload restores the position: video.currentTime is then meaningless. */
    this.isRestoring = false;
    const onError = () =>
      this.dispatch("playbackerror", video.error?.code === MediaError.MEDIA_ERR_DECODE ? "damaged" : "lost");
    video.addEventListener("error", () => {
      // hls.js reports its own errors, with more details.
      if (!this.api) {
        onError();
      }
    });
    // With <source> children, the last of them gets the error, which does not bubble.
    video.querySelector("source:last-of-type")?.addEventListener("error", onError);
  }

  /** The running Hls object of hls.js, or null. */
  get api() {
    return this.element?.api ?? null;
  }

  dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Replace the progressive file by the playlist. Nothing is loaded before playback. */
  async open() {
    const { element, video } = this;
    if (element) {
      await customElements.whenDefined("hls-video");
    }
    if (!element || !video.paused) {
      // There is no playlist, or the browser's own controls started the file meanwhile: it stays, or has failed already.
      if (video.error || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) {
        this.dispatch("playbackerror", "lost");
      }
      return;
    }
    video.querySelector(":scope > source")?.remove();
    element.config = SETTINGS;
    element.src = element.dataset.src;
    // The element creates its Hls object in a later microtask.
    for (let turn = 0; turn < 10 && !this.api; turn += 1) {
      await null;
    }
    this.listen();
  }

  listen() {
    const { api } = this;
    if (!api) {
      return;
    }
    this.video.disableRemotePlayback = true; // a receiver has no cookie, so it would get nothing
    const { Events } = api.constructor;
    api.on(Events.MANIFEST_PARSED, () => this.dispatch("levels"));
    api.on(Events.LEVEL_SWITCHED, () => this.dispatch("levelswitch"));
    api.on(Events.AUDIO_TRACKS_UPDATED, () => this.dispatch("audiotracks"));
    api.on(Events.AUDIO_TRACK_SWITCHED, () => this.dispatch("audiotracks"));
    api.on(Events.FRAG_LOADED, () => this.dispatch("loaded"));
    api.on(Events.ERROR, (_name, data) => this.handleError(data));
  }

  handleError(data) {
    const status = data.response?.code;
    if (status === 403) {
      this.api.stopLoad();
      this.dispatch("playbackerror", "locked");
    } else if (status === 404) {
      this.api.stopLoad();
      this.dispatch("playbackerror", "lost"); // a newer package has replaced this one
    } else if (data.fatal && data.type === "mediaError" && !this.hasRecovered) {
      this.hasRecovered = true;
      this.api.recoverMediaError();
    } else if (data.fatal) {
      this.dispatch("playbackerror", data.type === "networkError" ? "lost" : "damaged");
    } else if (data.type === "networkError" && !navigator.onLine) {
      this.dispatch("offline"); // hls.js retries for a while; the buffer plays on
    }
  }

  /** Load the source again and continue at `seconds`, playing if `isPlaying`. */
  async reload(seconds, isPlaying) {
    const { element, video } = this;
    if (!this.isRestoring) {
      // A failed reload leaves the position at 0: the next one restores the position of the first.
      const restore = () => {
        video.currentTime = seconds;
        this.isRestoring = false;
      };
      video.addEventListener("loadedmetadata", restore, { once: true });
    }
    this.isRestoring = true;
    if (element?.src) {
      await element.load();
      this.listen();
    } else {
      video.load();
    }
    if (isPlaying) {
      video.play().catch(() => {});
    } else {
      this.api?.once(this.api.constructor.Events.MANIFEST_PARSED, () => this.api.startLoad());
    }
  }
}
