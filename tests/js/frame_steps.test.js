import assert from "node:assert/strict";
import { test } from "node:test";
import { exactRate, frameAt } from "../../video_pages/static/video_pages/js/frame_steps.js";

test("a rate with three digits means the exact rate of television", () => {
  assert.equal(exactRate(23.976), 24000 / 1001);
  assert.equal(exactRate(29.97), 30000 / 1001);
  assert.equal(exactRate(59.94), 60000 / 1001);
  for (const rate of [12, 24, 25, 30, 50, 60, 15.5]) {
    assert.equal(exactRate(rate), rate);
  }
});

test("without a rate there is none", () => {
  for (const nothing of [0, Number.NaN, undefined, -1]) {
    assert.equal(exactRate(nothing), 0);
  }
});

test("a step goes to the middle of the frame before or after, at the end of a long film too", () => {
  for (const rate of [24000 / 1001, 25, 30, 60000 / 1001]) {
    for (const frame of [0, 1, 7, 100_000]) {
      for (const within of [0, 0.5, 0.98]) {
        const here = (frame + within) / rate;
        assert.ok(Math.abs(frameAt(here, rate, 1) * rate - (frame + 1.5)) < 1e-6);
        assert.ok(Math.abs(frameAt(here, rate, -1) * rate - (Math.max(0, frame - 1) + 0.5)) < 1e-6);
      }
    }
  }
});

test("a step leads to the middle of the next frame, whichever way its time was rounded", () => {
  for (const begins of [0.04, 0.0399999, 0.0400001]) {
    assert.equal(frameAt(begins, 25, 1), 0.1);
  }
  assert.equal(frameAt(0.08, 25, -1), 0.06);
  assert.equal(frameAt(0.041708, 24000 / 1001, 1).toFixed(4), "0.1043");
});

test("steps there and back lead to the same frame", () => {
  let here = 3.2;
  for (const steps of [1, 1, 1, -1, -1, -1]) {
    here = frameAt(here, 24000 / 1001, steps);
  }
  assert.equal(Math.floor((here * 24000) / 1001), Math.floor((3.2 * 24000) / 1001));
});
