/* The ranges of a film that were played, in seconds. No part of the page is touched here: tests/js/ runs it without a
   browser. */

const rounded = (seconds) => Math.round(seconds * 1000) / 1000;

/** Collects ranges [from, until] from the positions that it is told while a film plays. */
export class PlayedRanges {
  /** The film has begun to play at `from` seconds. */
  constructor(from) {
    this.ranges = [];
    this.first = from; // where the run began that is playing now; null between two
    this.last = from;
  }

  /** The film is at `now` seconds. A position before the last one begins a new run; one while paused begins none. */
  follow(now, isPaused) {
    if (this.first !== null && now < this.last) {
      this.close();
    }
    if (this.first === null && !isPaused) {
      this.first = now;
    }
    this.last = now;
  }

  /** The run ends at the last position. */
  close() {
    if (this.first !== null && this.last > this.first) {
      this.ranges.push([rounded(this.first), rounded(this.last)]);
    }
    this.first = null;
  }

  /** Return the ranges since the last call, up to the last position; a run that goes on is cut there. */
  take() {
    const playsOn = this.first !== null;
    this.close();
    if (playsOn) {
      this.first = this.last;
    }
    const taken = this.ranges;
    this.ranges = [];
    return taken;
  }
}
