import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Retry } from "../../video_pages/static/video_pages/js/player_retry.js";
import { Clock } from "./clock.js";

const { random } = Math;
let clock;
let button;
let play;
let ending;
let presses;
let retry;

beforeEach(() => {
  clock = new Clock();
  clock.start();
  Math.random = () => 0.5;
  globalThis.window = new EventTarget();
  globalThis.document = { activeElement: null };
  button = Object.assign(new EventTarget(), { hidden: true });
  play = {
    focus() {
      document.activeElement = play;
    },
  };
  ending = new AbortController();
  presses = 0;
  const frame = { querySelector: (name) => (name === "[data-player-retry]" ? button : play) };
  retry = new Retry(frame, ending.signal, () => {
    presses += 1;
  });
});

afterEach(() => {
  clock.stop();
  Math.random = random;
});

/** Begin to wait; `isOver` says whether the pause is over. */
function wait() {
  const waiting = { isOver: false };
  retry.wait().then(() => {
    waiting.isOver = true;
  });
  return waiting;
}

/** Return the seconds of the next pause. */
async function pause() {
  const waiting = wait();
  for (let second = 1; second < 60; second += 1) {
    clock.tick(1000);
    await null;
    await null;
    if (waiting.isOver) {
      return second;
    }
  }
  return Infinity;
}

test("each pause is longer than the one before, fifteen seconds at most, and short again once something was loaded", async () => {
  const pauses = [];
  for (let number = 0; number < 7; number += 1) {
    pauses.push(await pause());
  }
  assert.deepEqual(pauses, [3, 5, 7, 11, 15, 15, 15]);
  retry.reset();
  assert.equal(await pause(), 3);
});

const WAYS = {
  "a press of the button": () => button.dispatchEvent(new Event("click")),
  "the return of the connection": () => window.dispatchEvent(new Event("online")),
  play: () => retry.end(),
};

for (const [name, act] of Object.entries({ ...WAYS, "another film": () => ending.abort() })) {
  test(`${name} ends a pause at once, and leaves no timer`, async () => {
    const waiting = wait();
    act();
    await null;
    await null;
    assert.deepEqual([waiting.isOver, clock.timers.size, presses], [true, 0, 0]);
  });
}

for (const [name, act] of Object.entries(WAYS)) {
  test(`${name} during a try leaves out the next pause, and that one alone`, async () => {
    wait();
    act();
    act(); // the pause is over, and the site is being asked
    const next = wait();
    await null;
    await null;
    assert.deepEqual([next.isOver, clock.timers.size], [true, 0]);
    const later = wait();
    await null;
    await null;
    assert.deepEqual([later.isOver, clock.timers.size], [false, 1]);
  });
}

test("a press during a try that succeeds leaves out no pause of the next outage", async () => {
  const first = wait();
  WAYS.play();
  WAYS.play();
  retry.show(false);
  WAYS.play();
  const next = wait();
  await null;
  await null;
  assert.deepEqual([first.isOver, next.isOver], [true, false]);
});

test("a press while nothing is waited for begins another try", () => {
  button.dispatchEvent(new Event("click"));
  window.dispatchEvent(new Event("online"));
  assert.equal(presses, 1);
});

test("the focus stays in the player when the button goes", () => {
  retry.show(true);
  document.activeElement = button;
  retry.show(true);
  assert.deepEqual([button.hidden, document.activeElement], [false, button]);
  retry.show(false);
  assert.deepEqual([button.hidden, document.activeElement], [true, play]);
});
