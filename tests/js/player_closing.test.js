import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { bindClosing } from "../../video_pages/static/video_pages/js/player_closing.js";
import { Clock } from "./clock.js";

const real = { now: performance.now, random: Math.random };
let clock;
let ending;
let checks;
let reports;

const playerThat = (closesIn) => ({
  frame: { dataset: { closesIn } },
  signal: ending.signal,
  video: new EventTarget(),
  checkAccess: () => {
    checks.push(clock.now);
  },
  reportWatched: () => {
    reports.push(clock.now);
  },
});

beforeEach(() => {
  clock = new Clock();
  ending = new AbortController();
  clock.start();
  performance.now = () => clock.now;
  Math.random = () => 0.5;
  checks = [];
  reports = [];
});

afterEach(() => {
  clock.stop();
  performance.now = real.now;
  Math.random = real.random;
});

test("the access is checked once, within two seconds after the closing", () => {
  bindClosing(playerThat("60"), 0);
  clock.tick(60_900);
  assert.deepEqual(checks, []);
  clock.tick(100);
  assert.deepEqual(checks, [61_000]);
  clock.tick(600_000);
  assert.equal(checks.length, 1);
});

test("what was watched is reported once, in the seconds before the closing", () => {
  bindClosing(playerThat("60"), 0);
  clock.tick(57_900);
  assert.deepEqual(reports, []);
  clock.tick(100);
  clock.tick(600_000);
  assert.deepEqual(reports, [58_000]);
});

test("a film that has not begun to play has nothing to report", () => {
  const player = playerThat("60");
  player.reportWatched = undefined;
  bindClosing(player, 0);
  clock.tick(61_000);
  assert.equal(checks.length, 1);
});

test("a closing in months, longer than any timer of browsers, is waited for in parts", () => {
  bindClosing(playerThat(String(60 * 86_400)), 0);
  for (let hour = 0; hour < 60 * 24; hour += 1) {
    clock.tick(3_600_000);
  }
  assert.deepEqual(checks, []);
  clock.tick(3_600_000);
  assert.equal(checks.length, 1);
});

test("a film that was paused at the closing is checked when it plays", () => {
  const player = playerThat("60");
  bindClosing(player, 0);
  player.video.dispatchEvent(new Event("play"));
  clock.tick(61_000);
  assert.equal(checks.length, 1);
  player.video.dispatchEvent(new Event("play"));
  assert.equal(checks.length, 2);
});

test("a film without a closing is not checked", () => {
  bindClosing(playerThat(undefined), 0);
  clock.tick(10 * 86_400_000);
  assert.deepEqual(checks, []);
});

test("an end that has moved is waited for, and not the former one", () => {
  const waitFor = bindClosing(playerThat("100"), 0);
  clock.tick(10_000);
  waitFor(600, clock.now);
  clock.tick(600_900);
  assert.deepEqual(checks, []);
  clock.tick(100);
  clock.tick(600_000);
  assert.deepEqual([checks, reports.length], [[611_000], 1]);
});

test("an end that has moved to an earlier moment is waited for, too", () => {
  const waitFor = bindClosing(playerThat("600"), 0);
  waitFor(60, clock.now);
  clock.tick(61_000);
  assert.deepEqual(checks, [61_000]);
});

test("nothing is left of an end that has moved, and nothing of a film that another one has replaced", () => {
  const player = playerThat("60");
  const waitFor = bindClosing(player, 0);
  assert.equal(clock.timers.size, 2);
  waitFor(600, clock.now);
  assert.equal(clock.timers.size, 2);
  clock.tick(602_000);
  waitFor(7200, clock.now);
  player.video.dispatchEvent(new Event("play"));
  assert.equal(checks.length, 1);
  ending.abort();
  assert.equal(clock.timers.size, 0);
});

test("a film that another one has replaced is neither reported nor checked", () => {
  bindClosing(playerThat("60"), 0);
  ending.abort();
  clock.tick(600_000);
  assert.deepEqual([checks, reports], [[], []]);
});
