/* Times of captions, in whole milliseconds. */

const TYPED = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?$/;

const two = (number) => String(number).padStart(2, "0");
const three = (number) => String(number).padStart(3, "0");

const parts = (ms) => [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60, ms % 1000];

/** Return `ms` as an editor reads it: "1:02.500", "1:00:05.000". */
export function shortTime(ms) {
  const [hours, minutes, seconds, rest] = parts(ms);
  const end = `${two(seconds)}.${three(rest)}`;
  return hours ? `${hours}:${two(minutes)}:${end}` : `${minutes}:${end}`;
}

/** Return `ms` as WebVTT writes it, "00:01:02.500"; with a comma as `mark`, as SRT does. */
export function fullTime(ms, mark = ".") {
  const [hours, minutes, seconds, rest] = parts(ms);
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${mark}${three(rest)}`;
}

/** Return the milliseconds of `text`, typed as "1:02:03.5", "62,25" or "62"; null for anything else. */
export function readTime(text) {
  const match = TYPED.exec(text.trim());
  if (!match) {
    return null;
  }
  const [, hours, minutes, seconds, rest] = match;
  if ((hours && Number(minutes) > 59) || (minutes && Number(seconds) > 59)) {
    return null;
  }
  const whole = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds);
  return whole * 1000 + Number((rest ?? "0").padEnd(3, "0"));
}
