import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCountdown, formatLength } from "../../video_pages/static/video_pages/js/countdown_text.js";

test("a short countdown counts seconds, and an interval minutes and seconds", () => {
  assert.equal(formatCountdown(8, "en"), "8 sec");
  assert.equal(formatCountdown(59, "en"), "59 sec");
  assert.equal(formatCountdown(60, "en"), "1:00");
  assert.equal(formatCountdown(899, "de"), "14:59");
});

test("a length is said in whole words of the language", () => {
  assert.equal(formatLength(8, "en", "long"), "8 seconds");
  assert.equal(formatLength(900, "en", "long"), "15 minutes");
  assert.equal(formatLength(900, "de", "long"), "15 Minuten");
});
