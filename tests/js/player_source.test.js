import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Source } from "../../video_pages/static/video_pages/js/player_source.js";

let events;
let api;
let element;
let video;

globalThis.MediaError = { MEDIA_ERR_DECODE: 3 };

/** The parts of a video element that Source uses. */
class Video extends EventTarget {
  error = null;
  source = new EventTarget();

  closest() {
    return element;
  }

  querySelector() {
    return this.source;
  }
}

function make() {
  const source = new Source(video, "/status");
  for (const name of ["playbackerror", "offline"]) {
    source.addEventListener(name, ({ detail }) => events.push(detail ? `${name} ${detail}` : name));
  }
  return source;
}

beforeEach(() => {
  events = [];
  api = {
    stopped: 0,
    recovered: 0,
    stopLoad() {
      this.stopped += 1;
    },
    recoverMediaError() {
      this.recovered += 1;
    },
  };
  element = { api };
  video = new Video();
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
});

test("an answer 403 means that access has ended, and loading stops", () => {
  make().handleError({ response: { code: 403 }, type: "networkError", fatal: false });
  assert.deepEqual([events, api.stopped], [["playbackerror locked"], 1]);
});

test("an answer 404 means that a newer package exists", () => {
  make().handleError({ response: { code: 404 }, type: "networkError", fatal: false });
  assert.deepEqual([events, api.stopped], [["playbackerror lost"], 1]);
});

test("the first fatal media error is recovered, the second one is reported", () => {
  const source = make();
  source.handleError({ fatal: true, type: "mediaError" });
  assert.deepEqual([events, api.recovered], [[], 1]);
  source.handleError({ fatal: true, type: "mediaError" });
  assert.deepEqual([events, api.recovered], [["playbackerror damaged"], 1]);
});

test("a fatal network error is reported as a lost connection", () => {
  make().handleError({ fatal: true, type: "networkError" });
  assert.deepEqual(events, ["playbackerror lost"]);
});

test("a network error that hls.js retries is reported only if the browser is offline", () => {
  const source = make();
  source.handleError({ fatal: false, type: "networkError" });
  assert.deepEqual(events, []);
  Object.defineProperty(globalThis, "navigator", { value: { onLine: false }, configurable: true });
  source.handleError({ fatal: false, type: "networkError" });
  assert.deepEqual(events, ["offline"]);
});

test("errors of the progressive file come from the element or its last source", () => {
  element = null;
  make();
  video.source.dispatchEvent(new Event("error"));
  video.error = { code: 3 };
  video.dispatchEvent(new Event("error"));
  assert.deepEqual(events, ["playbackerror lost", "playbackerror damaged"]);
});

test("with hls.js, errors of the element are not reported twice", () => {
  make();
  video.dispatchEvent(new Event("error"));
  assert.deepEqual(events, []);
});
