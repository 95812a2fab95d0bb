import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime, parseTime } from "../../video_pages/static/video_pages/js/time_format.js";

test("a position has hours only if it needs them", () => {
  const written = [0, 5, 59.9, 60, 724, 3599, 3600, 5530, 36_000].map(formatTime);
  assert.deepEqual(written, ["0:00", "0:05", "0:59", "1:00", "12:04", "59:59", "1:00:00", "1:32:10", "10:00:00"]);
});

test("an unknown position is the beginning", () => {
  assert.equal(formatTime(Number.NaN), "0:00");
  assert.equal(formatTime(undefined), "0:00");
});

test("a position in a link may have any of the usual formats", () => {
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
    assert.equal(parseTime(text, 10_000), seconds, text);
  }
});

test("a text without a position is none", () => {
  for (const text of [null, undefined, "", " ", "abc", "-5", "1:60", "1:75:00", "1:2:3:4", "1e3", "s", ":30", "30:"]) {
    assert.equal(parseTime(text, 10_000), null, String(text));
  }
});

test("a position at or beyond the end is the beginning", () => {
  assert.equal(parseTime("99", 100), 99);
  assert.equal(parseTime("100", 100), 0);
  assert.equal(parseTime("5:00:00", 100), 0);
});

test("without a known duration every position is valid", () => {
  assert.equal(parseTime("100", Number.NaN), 100);
  assert.equal(parseTime("100", 0), 100);
});

test("the site's own format can be parsed", () => {
  for (const seconds of [0, 61, 3599, 3600, 5530]) {
    assert.equal(parseTime(formatTime(seconds), 10_000), seconds);
  }
});
