import assert from "node:assert/strict";
import { test } from "node:test";

import { FilmPosition, formatPosition } from "../../video_pages/static/video_pages/js/film_position.js";

test("a position is written with thousandths", () => {
  assert.equal(formatPosition(0), "0:00.000");
  assert.equal(formatPosition(65.25), "1:05.250");
  assert.equal(formatPosition(3605), "1:00:05.000");
  assert.equal(formatPosition(59.9996), "1:00.000");
  assert.equal(formatPosition(Number.NaN), "0:00.000");
});

class Video extends EventTarget {
  currentTime = 0;
  duration = 1;
  callbacks = [];
  pause() {
    this.isPaused = true;
  }
  requestVideoFrameCallback(callback) {
    this.callbacks.push(callback);
  }
  showFrame(mediaTime) {
    this.callbacks.shift()(0, { mediaTime });
  }
}

test("the frame is the one that the browser shows, and unknown while it seeks", () => {
  const video = new Video();
  let calls = 0;
  const position = new FilmPosition(video, () => {
    calls += 1;
  });
  video.currentTime = 0.57;
  assert.equal(position.frame, 0.57);
  video.showFrame(0.56);
  assert.equal(position.frame, 0.56);
  video.currentTime = 0.9;
  video.dispatchEvent(new Event("seeking"));
  assert.equal(position.frame, 0.9);
  video.showFrame(0.88);
  assert.equal(position.frame, 0.88);
  assert.equal(calls, 2);
});

test("a step pauses the video and stays within it", () => {
  const video = new Video();
  const position = new FilmPosition(video);
  video.showFrame(0.96);
  position.step(1, 25);
  assert.equal(video.currentTime, 1);
  assert.equal(video.isPaused, true);
});
