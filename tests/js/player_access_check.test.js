import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { bindAccessCheck } from "../../video_pages/static/video_pages/js/player_access_check.js";
import { Clock } from "./clock.js";

let clock;
let status;
let requests;
let errors;
let video;
let source;

class TestVideo extends EventTarget {
  paused = true;

  play() {
    this.paused = false;
    this.dispatchEvent(new Event("play"));
  }

  pause() {
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }
}

class TestSource extends EventTarget {
  statusUrl = "/status";

  dispatch(type, detail) {
    errors.push(`${type} ${detail}`);
  }
}

async function later(seconds) {
  clock.tick(seconds * 1000);
  for (let turn = 0; turn < 10; turn += 1) {
    await null;
  }
}

const realNow = performance.now;

beforeEach(() => {
  clock = new Clock();
  clock.start();
  performance.now = () => clock.now;
  status = 200;
  requests = 0;
  errors = [];
  video = new TestVideo();
  source = new TestSource();
  // The time-out of a request would outlive the test.
  AbortSignal.timeout = () => undefined;
  globalThis.fetch = async () => {
    requests += 1;
    if (!status) {
      throw new TypeError("Failed to fetch");
    }
    return { status };
  };
});

afterEach(() => {
  clock.stop();
  performance.now = realNow;
});

test("the status is requested ten seconds after the last confirmation", async () => {
  bindAccessCheck({ video, source }, 0);
  video.play();
  await later(9);
  assert.equal(requests, 0);
  await later(1);
  await later(9);
  assert.equal(requests, 1);
  await later(1);
  assert.deepEqual([requests, errors], [2, []]);
});

async function loadSegments(hasAccess) {
  bindAccessCheck({ video, source }, 0);
  video.play();
  for (let seconds = 0; seconds < 40; seconds += 5) {
    await later(5);
    source.dispatchEvent(new CustomEvent("loaded", { detail: { hasAccess } }));
  }
}

test("a segment from the site confirms access as well", async () => {
  await loadSegments(true);
  assert.equal(requests, 0);
});

test("an encrypted segment from a CDN confirms nothing", async () => {
  await loadSegments(false);
  assert.equal(requests, 4);
});

test("a 403 ends playback, and no other request follows", async () => {
  status = 403;
  bindAccessCheck({ video, source }, 0);
  video.play();
  await later(10);
  await later(30);
  assert.deepEqual([requests, errors], [1, ["playbackerror locked"]]);
});

test("a lost connection or a busy server does not end playback", async () => {
  globalThis.HTMLMediaElement = { HAVE_FUTURE_DATA: 3 };
  video.readyState = 4;
  bindAccessCheck({ video, source }, 0);
  video.play();
  for (const answer of [0, 503, 200]) {
    status = answer;
    await later(10);
  }
  assert.deepEqual([requests, errors], [3, []]);
});

test("a video that waits for data says so after two checks without an answer", async () => {
  globalThis.HTMLMediaElement = { HAVE_FUTURE_DATA: 3 };
  bindAccessCheck({ video, source }, 0);
  video.play();
  for (const [answer, readyState] of [
    [0, 2],
    [503, 4],
    [200, 2],
    [0, 2],
  ]) {
    Object.assign(video, { readyState });
    status = answer;
    await later(10);
    assert.deepEqual(errors, []);
  }
  await later(10);
  assert.deepEqual(errors, ["offline undefined"]);
});

test("nothing is requested while the video is paused", async () => {
  const checkNow = bindAccessCheck({ video, source }, 0);
  video.play();
  video.pause();
  await later(60);
  checkNow();
  assert.equal(requests, 0);
  video.play();
  await later(0);
  assert.equal(requests, 1);
});

test("a check on demand does not wait", async () => {
  const checkNow = bindAccessCheck({ video, source }, 0);
  video.play();
  checkNow();
  await later(1);
  assert.equal(requests, 1);
});

test("two checks at the same time are one request", async () => {
  const checkNow = bindAccessCheck({ video, source }, 0);
  video.play();
  checkNow();
  checkNow();
  await later(1);
  assert.equal(requests, 1);
  checkNow();
  await later(1);
  assert.equal(requests, 2);
});

test("a preview, which has no status, is never checked", async () => {
  source.statusUrl = "";
  const checkNow = bindAccessCheck({ video, source }, 0);
  video.play();
  checkNow();
  await later(60);
  assert.equal(requests, 0);
});
