/* The names of the qualities that hls.js offers ("levels"). This module does not use the document: tests/js/ runs it
   without a browser. */

const FAMILIES = { avc1: "H.264", hvc1: "HEVC", av01: "AV1" };
const BITS = 1_000_000;

/** Return the nominal lines of a size: 1920 by 800 and 1080 by 1920 are both "1080p", as in the ladder. */
export function linesOf({ width, height }) {
  return Math.max(Math.min(width, height), Math.round((Math.max(width, height) * 9) / 16));
}

/** Return the average bit rate of a level, or its maximum if the average is unknown; in bits a second. */
export const bitsOf = ({ attrs, bitrate }) => attrs?.decimalInteger("AVERAGE-BANDWIDTH") || bitrate;

export const nameOf = (level) => `${linesOf(level)}p`;

const familyOf = (level) => FAMILIES[level.videoCodec?.slice(0, 4)] ?? "";

/**
 * Return the name, with the codec if a size has several, and the bit rate if one codec has several.
 * `megabits` is the text for a bit rate, with %s for the number, which `format` (an Intl.NumberFormat) writes.
 */
export function fullNameOf(level, levels, megabits, format) {
  const twins = levels.filter((other) => linesOf(other) === linesOf(level));
  const parts = [nameOf(level)];
  if (new Set(twins.map(familyOf)).size > 1) {
    parts.push(familyOf(level));
  }
  if (twins.filter((other) => familyOf(other) === familyOf(level)).length > 1) {
    parts.push(megabits.replace("%s", format.format(bitsOf(level) / BITS)));
  }
  return parts.filter(Boolean).join(" · ");
}

/** Compare levels for a menu: the best quality first. */
export function byQuality(a, b) {
  return linesOf(b) - linesOf(a) || bitsOf(b) - bitsOf(a);
}
