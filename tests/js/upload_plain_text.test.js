import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "../../video_pages/static/video_pages/js/upload_plain_text.js";

const TEXT = "Über Nacht\r\n\r\nIn two parts";
const wide = (text, isBig) =>
  Uint8Array.from(
    [...text]
      .flatMap((sign) => [sign.charCodeAt(0) % 256, sign.charCodeAt(0) >> 8])
      .map((_, place, all) => all[isBig ? place ^ 1 : place]),
  );

test("a text is read in UTF-8, in UTF-16 with a mark and without, and in the code page of older systems", () => {
  assert.equal(plainText(new TextEncoder().encode(`\ufeff${TEXT}`)), TEXT);
  for (const isBig of [false, true]) {
    assert.equal(plainText(wide(`\ufeff${TEXT}`, isBig)), TEXT);
    assert.equal(plainText(wide(TEXT, isBig)), TEXT);
  }
  assert.equal(plainText(Uint8Array.from([...TEXT].map((sign) => sign.charCodeAt(0)))), TEXT);
});

test("a text that is cut within a letter keeps its encoding", () => {
  const bytes = new TextEncoder().encode("Über");
  assert.equal(plainText(bytes.subarray(0, 1)), "");
  assert.equal(plainText(new TextEncoder().encode("aÜ").subarray(0, 2)), "a");
});

test("other content is no text", () => {
  assert.equal(plainText(Uint8Array.from({ length: 400 }, (_, place) => (place * 7) % 256)), null);
  assert.equal(plainText(Uint8Array.from({ length: 400 }, (_, place) => 1 + (place % 7))), null);
});
