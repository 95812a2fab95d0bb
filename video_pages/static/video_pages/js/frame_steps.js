/* Single frames of a film. This module does not use the document: tests/js/ runs it without a browser. */

const NTSC = 1000 / 1001;
const NEAR = 0.002; // rates are written with three digits

/** Return the exact frames a second for a rounded `rate`: 23.976 means 24000/1001. 0 if `rate` is none. */
export function exactRate(rate) {
  if (!(rate > 0)) {
    return 0;
  }
  const broadcast = Math.round(rate / NTSC) * NTSC;
  return Math.abs(rate - broadcast) < NEAR ? broadcast : rate;
}

/**
 * Return the position in the middle of the frame that is `steps` after the one at `seconds`, at `rate` frames a second.
 * In the middle, so that neither rounding nor the first frame's small offset shows another one.
 */
export function frameAt(seconds, rate, steps) {
  const frame = Math.floor(seconds * rate + 0.01);
  return (Math.max(0, frame + steps) + 0.5) / rate;
}
