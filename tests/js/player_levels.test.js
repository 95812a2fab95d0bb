import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bitsOf,
  byQuality,
  fullNameOf,
  linesOf,
  nameOf,
} from "../../video_pages/static/video_pages/js/player_levels.js";

const FORMAT = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });
const level = (width, height, bitrate = 0, videoCodec = "avc1.64001f") => ({ width, height, bitrate, videoCodec });
const names = (levels) => levels.map((each) => fullNameOf(each, levels, "%s Mbit/s", FORMAT));

test("a size has its nominal lines", () => {
  const sizes = [
    [1920, 1080],
    [1920, 800],
    [1080, 1920],
    [1280, 720],
    [640, 480],
    [426, 240],
  ];
  assert.deepEqual(
    sizes.map(([width, height]) => linesOf({ width, height })),
    [1080, 1080, 1080, 720, 480, 240],
  );
});

test("a size with one level has the short name", () => {
  assert.deepEqual(names([level(1920, 1080), level(1280, 720)]), ["1080p", "720p"]);
  assert.equal(nameOf(level(1920, 1080)), "1080p");
});

test("a size in several codecs names them", () => {
  const levels = [level(1920, 1080), level(1920, 1080, 0, "hvc1.1.6"), level(1920, 1080, 0, "av01.0"), level(640, 360)];
  assert.deepEqual(names(levels), ["1080p · H.264", "1080p · HEVC", "1080p · AV1", "360p"]);
});

test("a size in several bit rates of one codec names these", () => {
  const levels = [level(1920, 1080, 8_000_000), level(1920, 1080, 4_480_000), level(1280, 720, 3_000_000)];
  assert.deepEqual(names(levels), ["1080p · 8 Mbit/s", "1080p · 4.5 Mbit/s", "720p"]);
});

test("codec and bit rate stand together where both are needed", () => {
  const levels = [level(1920, 1080, 8_000_000), level(1920, 1080, 5_000_000), level(1920, 1080, 3_000_000, "hvc1.1.6")];
  assert.deepEqual(names(levels), ["1080p · H.264 · 8 Mbit/s", "1080p · H.264 · 5 Mbit/s", "1080p · HEVC"]);
});

test("a codec without a name leaves no gap", () => {
  assert.deepEqual(names([level(1920, 1080), level(1920, 1080, 0, null)]), ["1080p · H.264", "1080p"]);
});

test("the average bit rate is preferred to the maximum", () => {
  const attrs = { decimalInteger: (name) => ({ "AVERAGE-BANDWIDTH": 2_000_000 })[name] };
  assert.equal(bitsOf({ attrs, bitrate: 5_000_000 }), 2_000_000);
  assert.equal(bitsOf({ attrs: { decimalInteger: () => Number.NaN }, bitrate: 5_000_000 }), 5_000_000);
  assert.equal(bitsOf({ bitrate: 5_000_000 }), 5_000_000);
});

test("the best quality comes first, and of one size the higher bit rate", () => {
  const levels = [level(640, 360, 1), level(1920, 1080, 4), level(1920, 1080, 8), level(1280, 720, 9)];
  assert.deepEqual(
    levels.sort(byQuality).map(({ height, bitrate }) => [height, bitrate]),
    [
      [1080, 8],
      [1080, 4],
      [720, 9],
      [360, 1],
    ],
  );
});
