/* The pauses between tries to load the film again, each longer than the one before, and the button that ends one at once.
   What ends a pause and comes during a try leaves out the next one: the try may have asked just before the site came back.
   data-player-retry   the button; it shows while the film can't go on */

const FIRST_MS = 3000;
const LONGEST_MS = 15_000;
const GROWTH = 1.5;
const PLAY = ".player__bar [data-player-play]";

export class Retry {
  #pause = FIRST_MS;
  #end = null;
  #isTrying = false;
  #leavesOut = false;

  /** `act()` is called by a press of the button of `frame` when nothing is waited for. All ends with `signal`. */
  constructor(frame, signal, act) {
    this.frame = frame;
    this.button = frame.querySelector("[data-player-retry]");
    this.button.addEventListener("click", () => {
      if (!this.#end) {
        act();
      }
      this.end();
    });
    window.addEventListener("online", () => this.end(), { signal });
    signal.addEventListener("abort", () => this.end());
  }

  /** Show the button, or hide it; the focus stays in the player. */
  show(isShown) {
    const hasFocus = document.activeElement === this.button;
    this.button.hidden = !isShown;
    if (!isShown) {
      this.#isTrying = false;
      this.#leavesOut = false;
    }
    if (!isShown && hasFocus) {
      this.frame.querySelector(PLAY).focus({ preventScroll: true });
    }
  }

  /** Wait until the next try. Players of one video do not all try at the same moment. */
  wait() {
    if (this.#leavesOut) {
      this.#leavesOut = false;
      return Promise.resolve();
    }
    this.#isTrying = false;
    const milliseconds = this.#pause * (0.75 + Math.random() / 2);
    this.#pause = Math.min(LONGEST_MS, this.#pause * GROWTH);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end(), milliseconds);
      this.#end = () => {
        clearTimeout(timer);
        this.#end = null;
        this.#isTrying = true;
        resolve();
      };
    });
  }

  /** Try at once, or again after the present try: the viewer has pressed the button or play. */
  end() {
    this.#leavesOut = this.#isTrying;
    this.#end?.();
  }

  /** Begin with short pauses again: something was loaded. */
  reset() {
    this.#pause = FIRST_MS;
  }
}
