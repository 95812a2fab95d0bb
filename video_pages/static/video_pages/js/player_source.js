/* The source of the video: hls.js in browsers with MediaSource, the browser's own HLS in others (iPhones), or the
   progressive file. Dispatches "levels", "levelswitch", "audiotracks", "offline" and "away" while hls.js tries again,
   "loaded" after each segment with `hasAccess` if it passed the check of access, and "playbackerror" with the kind: locked, away
   (no answer, or one of 500 and more), lost or damaged.
   data-playlist-url   of the frame: the master playlist; without it, the progressive file plays
   data-full-hls       of the frame, if the video has several audio choices */

import { loadBeforePlay, loadEarly } from "./player_early.js";
import { handOver, hasMediaSource } from "./player_hand_over.js";
import { listenTo } from "./player_hls_events.js";
import { showStill } from "./player_still.js";
import { PAGE_MS, within } from "./timed_fetch.js";

const SETTINGS = {
  autoStartLoad: false, // segments are loaded when the video plays
  enableWorker: false, // the content security policy forbids workers from blob: addresses
  capLevelToPlayerSize: true,
  backBufferLength: 90,
};
// What a visitor does before they press play. A pointer above the player is none: it rests there since an earlier page.
const SIGNS_OF_INTEREST = ["pointerdown", "focusin"];

export class Source extends EventTarget {
  constructor(frame, video) {
    super();
    this.frame = frame;
    this.video = video;
    this.api = null; // or the running Hls object of hls.js
    this.file = video.querySelector(":scope > source");
    this.attempts = 0;
    /** True once another film has taken the place of this one: nothing is loaded any more. */
    this.isClosed = false;
    /** True if the browser's own controls have started the video before this script ran. */
    this.hasStarted = !video.paused || video.readyState > HTMLMediaElement.HAVE_NOTHING;
    /** True while a reload restores the position: video.currentTime is then meaningless. */
    this.isRestoring = false;
    /** What hls.js could not load, {url, first} as of `isReachable`, or null. */
    this.failed = null;
    const onError = () =>
      this.dispatch("playbackerror", video.error?.code === MediaError.MEDIA_ERR_DECODE ? "damaged" : "lost");
    video.addEventListener("error", () => {
      // hls.js reports its own errors, with more details.
      if (!this.api) {
        onError();
      }
    });
    // With a <source> child, that child gets the error, which does not bubble.
    this.file?.addEventListener("error", onError);
  }

  get statusUrl() {
    return this.frame.dataset.statusUrl;
  }

  get playlistUrl() {
    return this.frame.dataset.playlistUrl;
  }

  /** What the player needs to go on, {url, first} as of `isReachable`. */
  get wanted() {
    if (this.failed?.url) {
      return this.failed;
    }
    return this.playlistUrl ? { url: this.playlistUrl } : { url: this.file?.src ?? this.video.src, first: 0 };
  }

  dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Replace the progressive file by the playlist. Nothing is loaded before playback. */
  open() {
    const { frame, video } = this;
    // A video that has not chosen its source yet is in the state NO_SOURCE, too, but paused.
    if (video.error || (!video.paused && video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE)) {
      this.dispatch("playbackerror", "lost");
    } else if (this.playlistUrl && this.hasStarted && !video.ended) {
      handOver(this);
    } else if (this.playlistUrl && !hasMediaSource()) {
      this.openNatively();
    } else if (this.playlistUrl) {
      this.file?.remove();
      video.load(); // otherwise the browser would still play the file
      const prepare = () => this.prepare();
      video.addEventListener("play", prepare, { once: true });
      for (const name of SIGNS_OF_INTEREST) {
        frame.addEventListener(name, prepare, { once: true });
      }
      loadBeforePlay(() => this.importHls());
    }
  }

  openNatively() {
    this.file?.remove();
    if (this.video.canPlayType("application/vnd.apple.mpegurl")) {
      this.video.src = this.playlistUrl;
    } else {
      this.openFile();
    }
  }

  /** Play the progressive file after all. */
  openFile() {
    const { file, video } = this;
    const isPlaying = !video.paused;
    if (file) {
      video.append(file);
      video.load();
    }
    if (isPlaying) {
      video.play().catch(() => {});
    }
  }

  /** Load hls.js and what it needs first, once. */
  prepare() {
    const isPlaying = () => !this.video.paused && this.video.currentTime === 0;
    this.preparation ??= this.attach(0, false, loadEarly(this.playlistUrl, isPlaying));
  }

  /**
   * Make a new Hls object, which loads the master playlist, in place of the present one; `early` is what it need not
   * load. Return its class; null if hls.js can't be loaded or used; undefined if a later attempt has begun meanwhile, or
   * the source is closed.
   */
  async create(options = {}, early = null) {
    this.attempts += 1;
    const attempt = this.attempts;
    let Hls = null;
    try {
      ({ default: Hls } = await within(PAGE_MS, this.importHls()));
    } catch {
      // The connection is lost, or an update of the site has replaced the file.
    }
    if (attempt !== this.attempts || this.isClosed) {
      return undefined;
    }
    this.detach();
    if (!Hls?.isSupported()) {
      return null;
    }
    this.api = new Hls({ ...SETTINGS, ...options, ...early?.settings(Hls) });
    listenTo(this, Hls.Events);
    this.api.loadSource(this.playlistUrl);
    return Hls;
  }

  /**
   * Attach hls.js to the video. It loads segments from `seconds`, or from the position of the video, when the video
   * plays, or at once if `isNow`. If hls.js can't be loaded or used, the file plays. `early` as for `create`.
   */
  async attach(seconds, isNow, early = null) {
    const { video } = this;
    const Hls = await this.create({}, early);
    if (!Hls) {
      if (Hls === null) {
        this.openFile();
      }
      return;
    }
    const isPlaying = !video.paused;
    const position = video.currentTime;
    this.attachMedia();
    if (position && !this.isRestoring) {
      video.currentTime = position; // chosen before anything was loaded; a new source forgets it
    }
    this.start = () => this.api.startLoad(seconds || video.currentTime || -1);
    if (isNow || isPlaying) {
      this.start();
    } else {
      video.addEventListener("play", this.start, { once: true });
    }
    if (isPlaying && video.paused) {
      video.play().catch(() => {}); // a new source pauses a video that has had one
    }
  }

  attachMedia() {
    this.file?.remove();
    this.api.attachMedia(this.video);
    this.video.disableRemotePlayback = true; // a receiver can't read the buffer of hls.js: see television.js
  }

  importHls() {
    return "fullHls" in this.frame.dataset ? import("./hls_full.js") : import("./hls_light.js");
  }

  detach() {
    if (this.api) {
      this.video.removeEventListener("play", this.start);
      this.api.destroy();
      this.api = null;
    }
  }

  /** Load and play nothing any more: another film takes the place of this one. */
  close() {
    const { video } = this;
    this.isClosed = true;
    this.detach();
    video.replaceChildren();
    video.removeAttribute("src");
    video.load();
  }

  /** Have `open` replace the source; the last frame covers the video until the new source shows one. */
  replaceFile(open) {
    const { video } = this;
    const isPlaying = !video.paused;
    const still = showStill(video);
    this.addEventListener("playbackerror", () => still.remove(), { once: true });
    this.restoreAt(video.currentTime);
    open();
    if (isPlaying) {
      video.play().catch(() => {});
    }
  }

  /** Set the position to `seconds` as soon as a new source is loaded; return the position that will be restored. */
  restoreAt(seconds) {
    const { video } = this;
    if (!this.isRestoring) {
      // A failed reload leaves the position at 0: the next one restores the position of the first.
      this.isRestoring = true;
      this.restored = seconds;
      const restore = () => {
        video.currentTime = this.restored;
        this.isRestoring = false;
      };
      video.addEventListener("loadedmetadata", restore, { once: true });
    }
    return this.restored;
  }

  /** Load the source again and continue at `seconds`, playing if `isPlaying`. */
  async reload(seconds, isPlaying) {
    const position = this.restoreAt(seconds);
    if (this.playlistUrl && hasMediaSource()) {
      await this.attach(position, true);
    } else {
      this.video.load();
    }
    if (isPlaying) {
      this.video.play().catch(() => {});
    }
  }
}
