/* Lengths of a countdown in words. This module does not use the document: tests/js/ runs it without a browser. */

import { formatTime } from "./time_format.js";

const MINUTE = 60;

/** Return whole seconds below a minute, or else whole minutes, in `language`: "8 sec", or "8 seconds" as `unitDisplay` says. */
export function formatLength(seconds, language, unitDisplay) {
  const [unit, value] = seconds < MINUTE ? ["second", seconds] : ["minute", Math.round(seconds / MINUTE)];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(value);
}

/** Return the time that is left: "8 sec", and from a minute on "14:05". */
export function formatCountdown(seconds, language) {
  return seconds < MINUTE ? formatLength(seconds, language, "short") : formatTime(seconds);
}
