import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayedRanges } from "../../video_pages/static/video_pages/js/player_ranges.js";

const PLAYS = false;
const PAUSED = true;

/** Play from the last position to `until`, with four positions a second as in browsers. */
function play(played, until) {
  for (let now = played.last + 0.25; now < until; now += 0.25) {
    played.follow(now, PLAYS);
  }
  played.follow(until, PLAYS);
}

test("continuous playback is one range", () => {
  const played = new PlayedRanges(0);
  play(played, 10);
  assert.deepEqual(played.take(), [[0, 10]]);
});

test("continued playback is cut where the last report ended", () => {
  const played = new PlayedRanges(2);
  play(played, 10);
  assert.deepEqual(played.take(), [[2, 10]]);
  play(played, 12.5);
  assert.deepEqual(played.take(), [[10, 12.5]]);
});

test("without playback there is no range", () => {
  const played = new PlayedRanges(3);
  assert.deepEqual(played.take(), []);
  played.follow(3, PLAYS);
  assert.deepEqual(played.take(), []);
});

test("a seek ends the range at the last position", () => {
  const played = new PlayedRanges(0);
  play(played, 5);
  played.close(); // a seek
  played.follow(60, PLAYS);
  play(played, 63);
  assert.deepEqual(played.take(), [
    [0, 5],
    [60, 63],
  ]);
});

test("a repeated part is reported twice", () => {
  const played = new PlayedRanges(0);
  play(played, 8);
  played.follow(2, PLAYS); // back, without an event between
  play(played, 4);
  assert.deepEqual(played.take(), [
    [0, 8],
    [2, 4],
  ]);
});

test("a position while paused opens no range", () => {
  const played = new PlayedRanges(0);
  play(played, 5);
  played.close();
  played.follow(30, PAUSED);
  played.follow(31, PAUSED);
  assert.deepEqual(played.take(), [[0, 5]]);
  assert.deepEqual(played.take(), []);
});

test("after a pause the range begins at the position", () => {
  const played = new PlayedRanges(0);
  played.close();
  played.follow(30, PAUSED);
  played.follow(30.2, PLAYS);
  play(played, 31);
  assert.deepEqual(played.take(), [[30.2, 31]]);
});

test("times are rounded to milliseconds", () => {
  const played = new PlayedRanges(0.12345678);
  played.follow(1.98765432, PLAYS);
  assert.deepEqual(played.take(), [[0.123, 1.988]]);
});

test("ranges add up to the played time, however often they are taken", () => {
  const played = new PlayedRanges(0);
  let sum = 0;
  for (let until = 1; until <= 40; until += 1) {
    play(played, until);
    for (const [from, to] of played.take()) {
      sum += to - from;
    }
  }
  assert.equal(sum, 40);
});
