/* The played ranges of a video, in seconds. This module does not use the document: tests/js/ runs it without a
   browser. */

const rounded = (seconds) => Math.round(seconds * 1000) / 1000;

/** Collects ranges [from, until] from the positions of a playing video. */
export class PlayedRanges {
  /** The video has begun to play at `from` seconds. */
  constructor(from) {
    this.ranges = [];
    this.first = from; // the start of the open range; null between two ranges
    this.last = from;
  }

  /** The video is at `now` seconds. A position before the last one opens a new range; one while paused opens none. */
  follow(now, isPaused) {
    if (this.first !== null && now < this.last) {
      this.close();
    }
    if (this.first === null && !isPaused) {
      this.first = now;
    }
    this.last = now;
  }

  /** Close the open range at the last position. */
  close() {
    if (this.first !== null && this.last > this.first) {
      this.ranges.push([rounded(this.first), rounded(this.last)]);
    }
    this.first = null;
  }

  /** Return the ranges since the last call. The open range is cut at the last position. */
  take() {
    const isOpen = this.first !== null;
    this.close();
    if (isOpen) {
      this.first = this.last;
    }
    const taken = this.ranges;
    this.ranges = [];
    return taken;
  }
}
