import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, momentOf } from "../../video_pages/static/video_pages/js/player_time.js";

test("a position is written as people write it", () => {
  const written = [0, 5, 59.9, 60, 724, 3599, 3600, 5530, 36_000].map(clock);
  assert.deepEqual(written, ["0:00", "0:05", "0:59", "1:00", "12:04", "59:59", "1:00:00", "1:32:10", "10:00:00"]);
});

test("a position that is not known yet is the beginning", () => {
  assert.equal(clock(Number.NaN), "0:00");
  assert.equal(clock(undefined), "0:00");
});

test("a link to a moment may be written in any of the usual ways", () => {
  for (const [text, seconds] of [
    ["90", 90],
    ["90s", 90],
    ["1m30s", 90],
    ["1m", 60],
    ["1h2m3s", 3723],
    ["1h", 3600],
    ["0:05", 5],
    ["90:00", 5400],
    ["1:02:03", 3723],
    ["12.5", 12.5],
    ["0:01.25", 1.25],
    [" 7 ", 7],
  ]) {
    assert.equal(momentOf(text, 10_000), seconds, text);
  }
});

test("a text that names no moment is none", () => {
  for (const text of [null, undefined, "", " ", "abc", "-5", "1:60", "1:75:00", "1:2:3:4", "1e3", "s", ":30", "30:"]) {
    assert.equal(momentOf(text, 10_000), null, String(text));
  }
});

test("a moment at or beyond the end is the beginning", () => {
  assert.equal(momentOf("99", 100), 99);
  assert.equal(momentOf("100", 100), 0);
  assert.equal(momentOf("5:00:00", 100), 0);
});

test("without a known length every moment holds", () => {
  assert.equal(momentOf("100", Number.NaN), 100);
  assert.equal(momentOf("100", 0), 100);
});

test("what the site writes, a link can name", () => {
  for (const seconds of [0, 61, 3599, 3600, 5530]) {
    assert.equal(momentOf(clock(seconds), 10_000), seconds);
  }
});
