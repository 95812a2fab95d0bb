import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { leaveFullscreen } from "../../video_pages/static/video_pages/js/player_fullscreen.js";

afterEach(() => {
  delete globalThis.document;
});

/** Leave full screen with such a document and video; return what was called. */
async function leave(page, film) {
  const called = [];
  globalThis.document = { ...page, exitFullscreen: async () => called.push("document") };
  await leaveFullscreen(film && { ...film, webkitExitFullscreen: () => called.push("video") });
  return called;
}

test("the full screen of the document is left", async () => {
  assert.deepEqual(await leave({ fullscreenElement: {} }, {}), ["document"]);
});

test("that of the video alone is left, as on a phone of Apple", async () => {
  assert.deepEqual(await leave({}, { webkitDisplayingFullscreen: true }), ["video"]);
});

test("without full screen nothing is left", async () => {
  assert.deepEqual(await leave({ fullscreenElement: null }, { webkitDisplayingFullscreen: false }), []);
  assert.deepEqual(await leave({ fullscreenElement: null }, null), []);
});
