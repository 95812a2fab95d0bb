/* Where the film comes from: hls.js where the browser has MediaSource, its own HLS where not (iPhones), else the
   progressive file. Tells what happens by events: "levels", "level", "sounds", "waits" when the connection is gone, "goes"
   when more has come, and "trouble" with a kind when it does not go on by itself. */

const SETTINGS = {
  enableWorker: false, // a worker from a blob: address is against the site's policy
  capLevelToPlayerSize: true,
  backBufferLength: 90,
};

export class Source extends EventTarget {
  constructor(video, statusUrl) {
    super();
    this.video = video;
    this.statusUrl = statusUrl;
    this.element = video.closest("hls-video");
    this.mended = false;
    /** True while a film is put back to where it was: its position then means nothing. */
    this.isMoving = false;
    const failed = () => this.tell("trouble", video.error?.code === MediaError.MEDIA_ERR_DECODE ? "damaged" : "lost");
    video.addEventListener("error", () => {
      // hls.js tells of its own errors, with more to go by.
      if (!this.api) {
        failed();
      }
    });
    // With <source> children the error is told to the last of them, and does not bubble.
    video.querySelector("source:last-of-type")?.addEventListener("error", failed);
  }

  /** The running Hls object of hls.js, or null. */
  get api() {
    return this.element?.api ?? null;
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Take the playlist in place of the progressive file; nothing of the film is loaded before it plays. */
  async open() {
    const { element, video } = this;
    if (element) {
      await customElements.whenDefined("hls-video");
    }
    if (!element || !video.paused) {
      // One file alone, or started on the browser's own controls meanwhile: it goes on as it is, or has failed already.
      if (video.error || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) {
        this.tell("trouble", "lost");
      }
      return;
    }
    video.querySelector(":scope > source")?.remove();
    element.config = SETTINGS;
    element.src = element.dataset.src;
    // The element makes its Hls object a turn later.
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
    api.on(Events.MANIFEST_PARSED, () => this.tell("levels"));
    api.on(Events.LEVEL_SWITCHED, () => this.tell("level"));
    api.on(Events.AUDIO_TRACKS_UPDATED, () => this.tell("sounds"));
    api.on(Events.AUDIO_TRACK_SWITCHED, () => this.tell("sounds"));
    api.on(Events.FRAG_LOADED, () => this.tell("goes"));
    api.on(Events.ERROR, (_name, data) => this.judge(data));
  }

  judge(data) {
    const status = data.response?.code;
    if (status === 403) {
      this.api.stopLoad();
      this.tell("trouble", "locked");
    } else if (status === 404) {
      this.api.stopLoad();
      this.tell("trouble", "lost"); // a newer package took the place of this one
    } else if (data.fatal && data.type === "mediaError" && !this.mended) {
      this.mended = true;
      this.api.recoverMediaError();
    } else if (data.fatal) {
      this.tell("trouble", data.type === "networkError" ? "lost" : "damaged");
    } else if (data.type === "networkError" && !navigator.onLine) {
      this.tell("waits"); // hls.js tries again for a while; what is loaded plays on
    }
  }

  /** Load anew and go on at `seconds`, playing if `plays`. */
  async reload(seconds, plays) {
    const { element, video } = this;
    if (!this.isMoving) {
      // A try that comes to nothing leaves the film at 0: the next one goes to where the first was to go.
      const putBack = () => {
        video.currentTime = seconds;
        this.isMoving = false;
      };
      video.addEventListener("loadedmetadata", putBack, { once: true });
    }
    this.isMoving = true;
    if (element?.src) {
      await element.load();
      this.listen();
    } else {
      video.load();
    }
    if (plays) {
      video.play().catch(() => {});
    } else {
      this.api?.once(this.api.constructor.Events.MANIFEST_PARSED, () => this.api.startLoad());
    }
  }
}
