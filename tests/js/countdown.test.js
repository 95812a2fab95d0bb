import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { disableFor } from "../../video_pages/static/video_pages/js/countdown.js";

let now;
let timers;
let button;
const real = { setInterval, clearInterval, now: Date.now };

beforeEach(() => {
  now = 0;
  timers = new Map();
  Date.now = () => now;
  globalThis.setInterval = (act) => {
    timers.set(timers.size + 1, act);
    return timers.size;
  };
  globalThis.clearInterval = (id) => timers.delete(id);
  button = { disabled: false, dataset: { wait: "Possible in %s" }, lastElementChild: { textContent: "Open" } };
});

afterEach(() => {
  Object.assign(globalThis, { setInterval: real.setInterval, clearInterval: real.clearInterval });
  Date.now = real.now;
});

function at(seconds) {
  now = seconds * 1000;
  for (const act of [...timers.values()]) {
    act();
  }
  return [button.disabled, button.lastElementChild.textContent];
}

test("the button counts down and is enabled again with its label", () => {
  disableFor(button, "90");
  assert.deepEqual(at(0), [true, "Possible in 1:30"]);
  assert.deepEqual(at(89.5), [true, "Possible in 0:01"]);
  assert.deepEqual(at(90), [false, "Open"]);
  assert.equal(timers.size, 0);
});

test("without seconds the button stays as it is", () => {
  for (const nothing of [undefined, "", 0, "0"]) {
    disableFor(button, nothing);
    assert.deepEqual([button.disabled, timers.size], [false, 0], String(nothing));
  }
});

test("a computer that slept has the right rest", () => {
  disableFor(button, 600);
  assert.deepEqual(at(595), [true, "Possible in 0:05"]);
});

test("a second countdown replaces the first and keeps the label", () => {
  disableFor(button, 10);
  disableFor(button, 60);
  assert.equal(timers.size, 1);
  assert.deepEqual(at(10), [true, "Possible in 0:50"]);
  assert.deepEqual(at(60), [false, "Open"]);
});
