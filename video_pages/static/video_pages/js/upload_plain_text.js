/* The text of a file with plain text, in any encoding that editors write; video_pages/library/encodings.py has the same
   rules for captions. This module uses nothing of the document: tests/js/ runs it without a browser. */

const MARKS = [
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];
const SAMPLE_BYTES = 16 * 1024;
/* Of the bytes of UTF-16 without a mark, in any script that has spaces and line ends. */
const MIN_ZERO_SHARE = 0.1;
/* biome-ignore lint/suspicious/noControlCharactersInRegex: these tell text from other content. */
const CONTROL = /[\x00-\x08\x0b\x0e-\x1f\x7f]/gu;
const MAX_CONTROLS = 8;

/* The last character may be cut: `stream` waits for its rest instead of complaining. */
const decode = (bytes, encoding, fatal = true) => new TextDecoder(encoding, { fatal }).decode(bytes, { stream: true });

/** Return the byte order of UTF-16 without a mark, or "": the zeros of digits and spaces are all on one side. */
function orderOf(bytes) {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  sample.forEach((byte, place) => {
    zeros[place % 2] += byte === 0 ? 1 : 0;
  });
  if (Math.max(...zeros) < (sample.length / 2) * MIN_ZERO_SHARE || Math.min(...zeros) > 0) {
    return "";
  }
  return zeros[0] > zeros[1] ? "utf-16be" : "utf-16le";
}

function decoded(bytes) {
  const marked = MARKS.find(([, first, second]) => bytes[0] === first && bytes[1] === second);
  const encoding = marked?.[0] ?? (bytes.includes(0) ? orderOf(bytes) : "utf-8");
  if (!encoding) {
    return null;
  }
  try {
    return decode(bytes, encoding);
  } catch {
    return encoding === "utf-8" ? decode(bytes, "windows-1252", false) : null; // as older systems wrote it
  }
}

/** Return the text of `bytes`, a Uint8Array, or null if they are no text. */
export function plainText(bytes) {
  const text = decoded(bytes);
  return text === null || (text.match(CONTROL) ?? []).length > MAX_CONTROLS ? null : text;
}
