/* The film beside the caption editor, with the lines as viewers get them. */

import { literal, plain } from "./caption_text.js";
import { hasError } from "./caption_warnings.js";

export class CaptionPlayer {
  constructor(video, { label, language }) {
    this.video = video;
    video.preload = "metadata"; // not in the page, which would wait for it
    this.track = video.addTextTrack("captions", label, language);
    this.track.mode = "showing";
    this.shown = new Map();
    this.endMs = null;
    const check = () => this.check();
    video.addEventListener("play", () => requestAnimationFrame(check));
    video.addEventListener("seeking", () => {
      // Whoever moves the film wants to see more than the one line.
      if (this.endMs !== null && !this.isSeeking) {
        this.endMs = null;
      }
      this.isSeeking = false;
    });
  }

  get ms() {
    return Math.round(this.video.currentTime * 1000);
  }

  /** Show `cues` over the film; those with errors and without words are left out. */
  show(cues) {
    const wanted = new Map(cues.filter((cue) => !hasError(cue) && plain(cue.text)).map((cue) => [cue.id, cue]));
    for (const [id, { cue, vtt }] of this.shown) {
      if (wanted.get(id) === cue) {
        wanted.delete(id);
      } else {
        this.track.removeCue(vtt);
        this.shown.delete(id);
      }
    }
    for (const [id, cue] of wanted) {
      const vtt = new VTTCue(cue.start / 1000, cue.end / 1000, literal(plain(cue.text)));
      this.track.addCue(vtt);
      this.shown.set(id, { cue, vtt });
    }
  }

  playPause() {
    this.endMs = null;
    if (this.video.paused) {
      this.video.play().catch(() => {});
    } else {
      this.video.pause();
    }
  }

  /** Play from the beginning of `cue` to its end. */
  play(cue) {
    this.isSeeking = true;
    this.video.currentTime = cue.start / 1000;
    this.endMs = hasError(cue) ? null : cue.end;
    this.video.play().catch(() => {});
  }

  check() {
    const { video } = this;
    if (this.endMs !== null && !this.isSeeking && this.ms >= this.endMs) {
      this.endMs = null;
      video.pause();
    }
    if (!video.paused) {
      requestAnimationFrame(() => this.check());
    }
  }

  seek(seconds) {
    this.video.currentTime = Math.max(0, this.video.currentTime + seconds);
  }
}
