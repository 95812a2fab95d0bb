/* Texts of the upload scripts: sizes, durations, plural forms, titles from file names, and the fingerprint of a file.
   This module uses nothing of the document but its language: tests/js/ runs it without a browser. */

const language = () => document.documentElement.lang || "en";
const BETWEEN_WORDS = /(?<!\d)[-.+]+|[-.+]+(?!\d)/gu;
const MAX_TITLE = 255;

/** Replace the names in braces in `text` by their `values`; unknown names stay. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** Return whole sentences as one text, as the server's `join_sentences` does; those that are empty or false are left out. */
export const joinSentences = (...sentences) =>
  sentences
    .filter(Boolean)
    .join(" ")
    .replace(/(?<=[。！？：、])\s+/gu, "");

/** Return the plural form for `count`. `forms` is {number: text}, with a number for each form of the language. */
export function plural(forms, count) {
  const rules = new Intl.PluralRules(language());
  const same = Object.keys(forms).filter((other) => rules.select(Number(other)) === rules.select(count));
  return fill(forms[same[0] ?? "2"], { count });
}

/** Return a size in bytes as text, as the server's `format_size` does: "18 bytes", "2.8 MB", "150 MB". */
export function formatSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];
  let step = 0;
  let value = bytes;
  while (value >= 1024 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  const format = {
    style: "unit",
    unit: units[step],
    unitDisplay: step ? "short" : "long", // the short form of "byte" has no plural
    maximumFractionDigits: step ? 1 : 0,
    useGrouping: false,
  };
  return new Intl.NumberFormat(language(), format).format(value).replace("kB", "KB");
}

/** Return a duration in seconds as text, rounded up to one unit: "2 minutes". */
export function formatDuration(seconds) {
  const unit = seconds < 90 ? "second" : seconds < 5400 ? "minute" : "hour";
  const value = Math.ceil(seconds / { second: 1, minute: 60, hour: 3600 }[unit]);
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(value);
}

/** Return a title from a file name, as the server's `title_from_filename` does. */
export function titleFromFilename(name) {
  const stem = name.normalize("NFC").replace(/(?<=.)\.[^.]*$/su, "");
  let title = stem
    .replace(/[\p{C}\p{Z}]/gu, " ")
    .replaceAll("_", " ")
    .trim();
  if (!stem.trim().includes(" ")) {
    title = title.replace(BETWEEN_WORDS, " ");
  }
  title = title.split(/\s+/u).filter(Boolean).join(" ").slice(0, MAX_TITLE).trim();
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/**
 * Return a text that identifies a chosen file on another day, from its name, size and date. It is no secret, so two
 * 53-bit sums are enough; crypto.subtle is missing on plain http.
 */
export function fingerprintOf(file) {
  const text = `${file.name}|${file.size}|${file.lastModified}`;
  const sum = (seed) => {
    let high = 0xdeadbeef ^ seed;
    let low = 0x41c6ce57 ^ seed;
    for (const sign of text) {
      high = Math.imul(high ^ sign.codePointAt(0), 2654435761);
      low = Math.imul(low ^ sign.codePointAt(0), 1597334677);
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, "0");
  };
  return `1-${sum(0)}${sum(1)}-${file.size.toString(16)}`;
}
