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

test("any text at all is none or a position within the video", () => {
  // A linear congruential generator (Numerical Recipes), so that each run tries the same texts.
  let state = 20261129;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pieces = [..."0123456789:.hms -+e", "99999", "9".repeat(400), "\u0000", "٣", "Infinity", "NaN", "1:", "0x1"];
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: random(9) }, () => pieces[random(pieces.length)]).join("");
    for (const duration of [0, Number.NaN, 12]) {
      const position = parseTime(text, duration);
      assert.ok(position === null || (Number.isFinite(position) && position >= 0), JSON.stringify([text, duration]));
      assert.ok(!(duration && position >= duration), JSON.stringify([text, duration]));
    }
  }
});
