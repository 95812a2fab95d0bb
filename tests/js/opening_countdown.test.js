import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { formatLeft, startCountdowns } from "../../video_pages/static/video_pages/js/opening_countdown.js";

const SECOND = 1000;
const real = { setInterval, clearInterval, now: Date.now, random: Math.random };
let now;
let timers;
let loads;
let stored;

class TestPart extends EventTarget {
  hidden = true;
  textContent = "";
  dataset = { label: "In %s" };
}

class TestBox {
  constructor(seconds, moment = "4000") {
    this.dataset = { opening: String(seconds), openingMoment: moment };
    this.parts = { left: new TestPart(), auto: new TestPart(), reload: new TestPart() };
  }

  querySelector(selector) {
    return this.parts[selector.slice("[data-opening-".length, -1)];
  }
}

/** A document with `boxes`, of which those that run are not found again. */
function pageWith(...boxes) {
  return { querySelectorAll: () => boxes.filter((box) => box.dataset.openingRuns === undefined) };
}

function start(...boxes) {
  startCountdowns(pageWith(...boxes), () => {
    loads += 1;
  });
}

beforeEach(() => {
  now = 1_000_000;
  timers = new Map();
  loads = 0;
  stored = {};
  Date.now = () => now;
  Math.random = () => 0.5;
  globalThis.setInterval = (act) => {
    timers.set(timers.size + 1, act);
    return timers.size;
  };
  globalThis.clearInterval = (id) => timers.delete(id);
  globalThis.document = { documentElement: { lang: "en" } };
  globalThis.location = { pathname: "/videos/film/" };
  globalThis.sessionStorage = {
    getItem: (name) => stored[name] ?? null,
    setItem: (name, value) => {
      stored[name] = value;
    },
  };
});

afterEach(() => {
  Object.assign(globalThis, { setInterval: real.setInterval, clearInterval: real.clearInterval });
  Object.assign(Math, { random: real.random });
  Date.now = real.now;
  for (const name of ["document", "location", "sessionStorage"]) {
    delete globalThis[name];
  }
});

function after(seconds) {
  now += seconds * SECOND;
  for (const act of [...timers.values()]) {
    act();
  }
}

test("the time that is left is written as days and hours, and within a day as a clock", () => {
  assert.equal(formatLeft(3 * 86_400 + 4 * 3600 + 59, "en"), "3 days, 4 hours");
  assert.equal(formatLeft(86_400, "en"), "1 day");
  assert.equal(formatLeft(86_399, "en"), "23:59:59");
  assert.equal(formatLeft(65, "en"), "1:05");
  assert.match(formatLeft(2 * 86_400 + 3600, "de"), /^2 Tage/);
  assert.equal(formatLeft(20 * 86_400 + 4 * 3600, "ja"), "20日4時間");
});

test("on the day of the opening it says that the page loads itself", () => {
  const box = new TestBox(86_400);
  start(box);
  assert.equal(box.parts.auto.hidden, true);
  after(1);
  assert.equal(box.parts.auto.hidden, false);
});

test("it counts down and loads the page once, some seconds after the opening", () => {
  const box = new TestBox(10);
  start(box);
  assert.deepEqual([box.parts.left.hidden, box.parts.left.textContent], [false, "In 0:10"]);
  after(9.5);
  assert.equal(box.parts.left.textContent, "In 0:01");
  after(0.5 + 1 + 7.4); // half of the spread of 15 seconds, and one second
  assert.equal(loads, 0);
  after(0.2);
  assert.equal(loads, 1);
  after(60);
  assert.deepEqual([loads, timers.size], [1, 0]);
});

test("visitors load the page at different seconds", () => {
  for (const [random, at] of [
    [0, 1],
    [0.999, 16],
  ]) {
    Math.random = () => random;
    stored = {};
    loads = 0;
    start(new TestBox(1));
    after(1 + at - 0.1);
    assert.equal(loads, 0, String(random));
    after(0.2);
    assert.equal(loads, 1, String(random));
  }
});

test("a page that is still not open is not loaded again and again, but has a button", () => {
  const first = new TestBox(1);
  start(first);
  after(30);
  const again = new TestBox(2);
  start(again);
  after(30);
  assert.equal(loads, 1);
  assert.deepEqual([again.parts.reload.hidden, again.parts.auto.hidden, again.parts.left.hidden], [false, true, true]);
  again.parts.reload.dispatchEvent(new Event("click"));
  assert.equal(loads, 2);
});

test("an opening that is put off has a countdown and a load of its own", () => {
  start(new TestBox(1, "4000"));
  after(30);
  start(new TestBox(5, "5000"));
  after(30);
  assert.equal(loads, 2);
});

test("without a store the page is not loaded by itself", () => {
  globalThis.sessionStorage = {
    getItem() {
      throw new Error("refused");
    },
  };
  const box = new TestBox(1);
  start(box);
  after(30);
  assert.deepEqual([loads, box.parts.reload.hidden], [0, false]);
});

test("a computer that slept over the opening loads the page when it wakes", () => {
  start(new TestBox(3600));
  after(8 * 3600);
  assert.equal(loads, 1);
});

test("a countdown that runs is not started a second time", () => {
  const box = new TestBox(100);
  start(box);
  start(box);
  assert.equal(timers.size, 1);
});
