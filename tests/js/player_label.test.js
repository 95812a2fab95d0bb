import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "en" }, querySelectorAll: () => [] };
Object.defineProperty(globalThis, "navigator", { value: { languages: ["en-GB", "en-US"] }, configurable: true });
const { bindLabel, otherPlace } = await import("../../video_pages/static/video_pages/js/player_label.js");

test("the label moves to each other place and never stays", () => {
  for (let place = 0; place < 6; place += 1) {
    const found = new Set();
    for (let step = 0; step < 60; step += 1) {
      found.add(otherPlace(place, () => step / 60));
    }
    assert.equal(found.has(place), false);
    assert.deepEqual(
      [...found].sort(),
      [0, 1, 2, 3, 4, 5].filter((other) => other !== place),
    );
  }
});

test("the time on the label has the format of all times of the page: that of the visitor's region", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setInterval"], now: new Date(2026, 10, 30, 23, 28) });
  const time = {};
  const label = { dataset: { place: "0" }, querySelector: () => time };
  bindLabel({ frame: { querySelector: () => label }, signal: new AbortController().signal });
  assert.equal(time.textContent, "30 Nov 2026, 23:28");
});
