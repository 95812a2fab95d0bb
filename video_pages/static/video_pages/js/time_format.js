/* Positions in a video as text. This module does not use the document: tests/js/ runs it without a browser. */

/** Return a position in seconds as text: 724 is "12:04", 5530 is "1:32:10". */
export function formatTime(seconds) {
  const whole = Math.floor(seconds || 0);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

// The formats of this site (0:05, 90:00, 1:02:03: at most 59 after a colon) and of other players (90, 1m30s).
const FORMATS = [
  /^(?:(?<hours>\d+):(?=\d+:))?(?:(?<minutes>\d+):)(?<seconds>[0-5]?\d(?:\.\d+)?)$/,
  /^(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+(?:\.\d+)?)s?)?$/,
];

/**
 * Return the position in seconds that `text`, the value of `?t=` in a link, contains, or null.
 * A position at or beyond the end of the video, of `duration` seconds, is its beginning.
 */
export function parseTime(text, duration) {
  const trimmed = (text ?? "").trim();
  const match = trimmed && FORMATS.map((format) => format.exec(trimmed)).find(Boolean);
  if (!match) {
    return null;
  }
  const { hours, minutes, seconds } = match.groups;
  if (trimmed.includes(":") && hours && Number(minutes) > 59) {
    return null;
  }
  const position = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return position >= (duration || Infinity) ? 0 : position;
}
