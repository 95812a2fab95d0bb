/* What the caption editor says about a line. An error keeps the track from being saved; warnings do not. */

import { plain } from "./caption_text.js";

const inText = new WeakMap();

function linesOf(cue) {
  if (!inText.has(cue)) {
    inText.set(cue, plain(cue.text).split("\n"));
  }
  return inText.get(cue);
}

/** True if the times of a cue can't be saved. */
export const hasError = (cue) => cue.end <= cue.start;

/**
 * Return what there is to say about `cue` as [{code, count}], of the cues before and after it or undefined. `limits` has
 * charactersPerSecond, lineCharacters, lines; `filmMs` is 0 if the length of the film is not known.
 */
export function warningsOf(cue, before, after, limits, filmMs = 0) {
  if (hasError(cue)) {
    return [{ code: "end_before_start" }];
  }
  const lines = linesOf(cue);
  if (!lines[0]) {
    return [{ code: "no_text" }];
  }
  const found = [];
  const seconds = (cue.end - cue.start) / 1000;
  const speed = Math.round([...lines.join(" ")].length / seconds);
  const longest = Math.max(...lines.map((line) => [...line].length));
  if (before && cue.start < before.start) {
    found.push({ code: "order" });
  }
  if (after && after.start >= cue.start && cue.end > after.start) {
    found.push({ code: "overlap" });
  }
  if (speed > limits.charactersPerSecond) {
    found.push({ code: "fast", count: speed });
  }
  if (longest > limits.lineCharacters) {
    found.push({ code: "long_line", count: longest });
  }
  if (lines.length > limits.lines) {
    found.push({ code: "many_lines", count: lines.length });
  }
  if (filmMs && cue.start >= filmMs) {
    found.push({ code: "beyond_end" });
  }
  return found;
}
