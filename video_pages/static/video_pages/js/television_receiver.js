/* One interface to AirPlay and to Remote Playback. Dispatches "available" (detail: whether a receiver is there),
   "connected", and "disconnected" with {seconds, isPlaying, hasFailed}. */

const AIRPLAY_HAS_RECEIVERS = "webkitplaybacktargetavailabilitychanged";
const AIRPLAY_CHANGED = "webkitcurrentplaybacktargetiswirelesschanged";

/** Return a promise for the next event `name` of `target`; it is rejected by an error of the media, or after a while. */
function next(target, name) {
  return new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true });
    target.addEventListener("error", reject, { once: true });
    setTimeout(reject, 8000);
  });
}

export class Receiver extends EventTarget {
  /** `probeUrl`: a short film by which Chrome finds receivers. `hasPlaylist`: whether the film has one for AirPlay. */
  constructor(probeUrl, hasPlaylist) {
    super();
    this.isAirPlay = "WebKitPlaybackTargetAvailabilityEvent" in window;
    this.probeUrl = probeUrl;
    /** The name that receivers load: those of Apple play HLS, a Chromecast plays the file whatever its model. */
    this.name = this.isAirPlay && hasPlaylist ? "hls/television.m3u8" : "source";
    this.remote = document.createElement("video");
    this.remote.hidden = true;
    this.remote.playsInline = true;
    this.isConnected = false;
    this.isChoosing = false;
    this.last = { seconds: 0, isPlaying: false };
    this.follow();
  }

  dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Look for receivers until `signal` is aborted. */
  async watch(signal) {
    const { remote } = this;
    signal.addEventListener("abort", () => this.stop());
    if (this.isAirPlay) {
      remote.setAttribute("x-webkit-airplay", "allow");
      remote.preload = "none";
      const show = ({ availability }) => this.dispatch("available", availability === "available");
      remote.addEventListener(AIRPLAY_HAS_RECEIVERS, show, { signal });
      return;
    }
    remote.preload = "metadata";
    remote.src = this.probeUrl;
    try {
      await remote.remote.watchAvailability((isAvailable) => {
        if (!this.isChoosing && !this.isConnected) {
          this.dispatch("available", isAvailable);
        }
      });
    } catch {
      // This browser can't tell: no button shows.
    }
  }

  stop() {
    const { remote } = this;
    if (!this.isAirPlay) {
      remote.remote.cancelWatchAvailability().catch(() => {}); // this browser can't tell, and so watches nothing
    }
    remote.removeAttribute("src");
    remote.load();
  }

  follow() {
    const { remote } = this;
    if (this.isAirPlay) {
      remote.addEventListener(AIRPLAY_CHANGED, () => this.change(remote.webkitCurrentPlaybackTargetIsWireless));
    } else {
      remote.remote.addEventListener("connect", () => this.change(true));
      remote.remote.addEventListener("disconnect", () => this.change(false));
    }
    for (const name of ["timeupdate", "play", "pause"]) {
      remote.addEventListener(name, () => {
        if (this.isConnected && remote.readyState) {
          this.last = { seconds: remote.currentTime, isPlaying: !remote.paused };
        }
      });
    }
    remote.addEventListener("error", () => {
      if (this.isConnected) {
        this.leave({ hasFailed: true });
      }
    });
    remote.addEventListener("ended", () => this.isConnected && this.leave());
  }

  change(isConnected, { hasFailed = false } = {}) {
    if (isConnected === this.isConnected) {
      return;
    }
    this.isConnected = isConnected;
    if (isConnected) {
      this.dispatch("connected");
    } else {
      const { last } = this;
      this.reset();
      this.dispatch("disconnected", { ...last, hasFailed });
    }
  }

  /** Take the folder for the film: Safari asks for the television in the press itself, so the source is there before. */
  offer(folder) {
    if (this.isAirPlay && folder && !this.isConnected) {
      this.folder = folder;
      this.remote.src = folder + this.name;
    }
  }

  /** Let the viewer choose a receiver, in the press of a button. Rejected if the film can't be loaded. */
  async choose(fetchFolder) {
    const { remote } = this;
    if (this.isAirPlay) {
      remote.webkitShowPlaybackTargetPicker();
      return;
    }
    this.isChoosing = true;
    try {
      const folder = await fetchFolder();
      const loaded = next(remote, "loadedmetadata");
      remote.src = folder + this.name;
      await loaded;
      await remote.remote.prompt().catch((error) => {
        if (error.name !== "NotAllowedError" && error.name !== "AbortError") {
          throw error; // not the viewer's own refusal
        }
      });
    } finally {
      this.isChoosing = false;
      if (!this.isConnected && remote.remote.state === "disconnected") {
        this.reset();
      }
    }
  }

  /** Play from `seconds` on the receiver, or wait there. */
  playFrom(seconds, isPlaying) {
    const { remote } = this;
    this.last = { seconds, isPlaying };
    if (remote.readyState) {
      remote.currentTime = seconds;
    } else {
      remote.addEventListener("loadedmetadata", () => (remote.currentTime = seconds), { once: true });
    }
    if (isPlaying) {
      remote.play().catch(() => {});
    }
  }

  /** End the connection from here. */
  leave(how = {}) {
    this.remote.pause();
    this.remote.disableRemotePlayback = true; // ends it, as the specification says
    this.change(false, how);
  }

  /** Wait for the next choice. */
  reset() {
    const { remote } = this;
    remote.disableRemotePlayback = false;
    remote.removeAttribute("src");
    if (this.isAirPlay && this.folder) {
      remote.src = this.folder + this.name;
    } else if (!this.isAirPlay) {
      remote.src = this.probeUrl;
    }
    remote.load();
  }
}
