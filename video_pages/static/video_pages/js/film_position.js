/* The position of a video for editors: exactly the frame that is shown, and steps of one frame. */

import { shortTime } from "./caption_times.js";
import { frameAt } from "./frame_steps.js";

/** Return a position in seconds as text with thousandths: 65.25 is "1:05.250", 3605 is "1:00:05.000". */
export function formatPosition(seconds) {
  return shortTime(Math.max(0, Math.round((seconds || 0) * 1000)));
}

/** Follows which frame of `video` is shown, where the browser tells it (requestVideoFrameCallback). */
export class FilmPosition {
  /** `onFrame()` is called when another frame is shown, also after the video has come to rest. */
  constructor(video, onFrame = () => {}) {
    this.video = video;
    this.onFrame = onFrame;
    /** The time at which the shown frame begins, in seconds, or null while it is not known. */
    this.shown = null;
    video.addEventListener("seeking", () => {
      this.shown = null;
    });
    video.addEventListener("emptied", () => {
      this.shown = null;
    });
    this.follow();
  }

  follow() {
    this.video.requestVideoFrameCallback?.((_now, { mediaTime }) => {
      this.shown = mediaTime;
      this.onFrame();
      this.follow();
    });
  }

  /** The beginning of the shown frame, or the position of the video, in seconds. */
  get frame() {
    return this.shown ?? this.video.currentTime;
  }

  /** Show the frame `frames` after the present one. */
  step(frames, rate) {
    const { video } = this;
    video.pause();
    const position = frameAt(this.frame, rate, frames);
    video.currentTime = Number.isFinite(video.duration) ? Math.min(position, video.duration) : position;
  }
}
