import assert from "node:assert/strict";
import { test } from "node:test";
import { watchPlayed } from "../../video_pages/static/video_pages/js/player_played.js";

const videoThatIs = ({ paused }) => Object.assign(new EventTarget(), { paused });

test("a video has played once it plays, and not when it is only asked to, or sought in", () => {
  const video = videoThatIs({ paused: true });
  const hasPlayed = watchPlayed(video);
  for (const name of ["play", "seeking", "timeupdate", "seeked"]) {
    video.dispatchEvent(new Event(name));
  }
  assert.equal(hasPlayed(), false);
  video.dispatchEvent(new Event("playing"));
  video.dispatchEvent(new Event("pause"));
  assert.equal(hasPlayed(), true);
});

test("a video that plays already has played", () => {
  assert.equal(watchPlayed(videoThatIs({ paused: false }))(), true);
});
