/* Positions in a film as people write them. No part of the page is touched here: tests/js/ runs it without a browser. */

/** Return a position in seconds as people write it: 724 is "12:04", 5530 is "1:32:10". */
export function clock(seconds) {
  const whole = Math.floor(seconds || 0);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

// As this site writes times (0:05, 90:00, 1:02:03: at most 59 behind a colon), and as other players do (90, 1m30s).
const WRITTEN = [
  /^(?:(?<hours>\d+):(?=\d+:))?(?:(?<minutes>\d+):)(?<seconds>[0-5]?\d(?:\.\d+)?)$/,
  /^(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+(?:\.\d+)?)s?)?$/,
];

/**
 * Return the seconds that `text` names, the value of `?t=` in a link to a moment, or null if it names none.
 * A moment at or beyond the end of the film, whose length is `duration` in seconds, is its beginning.
 */
export function momentOf(text, duration) {
  const written = (text ?? "").trim();
  const match = written && WRITTEN.map((pattern) => pattern.exec(written)).find(Boolean);
  if (!match) {
    return null;
  }
  const { hours, minutes, seconds } = match.groups;
  if (written.includes(":") && hours && Number(minutes) > 59) {
    return null;
  }
  const moment = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return duration && moment >= duration ? 0 : moment;
}
