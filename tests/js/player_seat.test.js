import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { waitForSeat } from "../../video_pages/static/video_pages/js/player_seat.js";
import { Clock } from "./clock.js";

const RETRY_MS = 20_000;
let clock;
let answers;
let dialog;
let parts;
let frame;

/** What the dialog and the frame need of an element. */
class Part {
  hidden = true;
  textContent = "";
  focused = 0;

  focus() {
    this.focused += 1;
  }
}

beforeEach(() => {
  clock = new Clock();
  clock.start();
  globalThis.document = { fullscreenElement: null };
  globalThis.localStorage = { getItem: () => JSON.stringify({ positions: { film: 7 } }) };
  answers = [];
  parts = { h2: new Part(), "[data-player-kept]": new Part(), "[data-player-seat-retry]": new Part() };
  parts["[role=status]"] = new Part();
  dialog = { hidden: true, dataset: { full: "Taken.", offline: "Away." }, querySelector: (name) => parts[name] };
  const play = new Part();
  frame = { dataset: { id: "film" }, inert: false, play, querySelector: () => play };
});

afterEach(() => clock.stop());

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) {
    await null;
  }
};

/** Begin to wait; the result is "waiting" or what the promise was resolved with. */
async function wait() {
  const waiting = { result: "waiting" };
  waitForSeat(dialog, frame, async () => answers.shift()).then((status) => {
    waiting.result = status;
  });
  await settle();
  return waiting;
}

async function press() {
  let isPrevented = false;
  parts["[data-player-seat-retry]"].onclick({
    preventDefault: () => {
      isPrevented = true;
    },
  });
  await settle();
  assert.equal(isPrevented, true);
}

test("the dialog waits for a place, and its button says whether there is one", async () => {
  const waiting = await wait();
  assert.deepEqual([dialog.hidden, frame.inert, parts.h2.focused], [false, true, 1]);
  assert.equal(parts["[data-player-kept]"].hidden, false);
  answers = ["full", "offline", "open"];
  await press();
  assert.equal(parts["[role=status]"].textContent, "Taken.");
  await press();
  assert.equal(parts["[role=status]"].textContent, "Away.");
  assert.equal(waiting.result, "waiting");
  await press();
  assert.equal(waiting.result, "open");
  assert.deepEqual([dialog.hidden, frame.inert, frame.play.focused], [true, false, 1]);
});

test("it asks again by itself, silently, and no more once it is over", async () => {
  const waiting = await wait();
  answers = ["full", "locked", "open"];
  clock.tick(RETRY_MS);
  await settle();
  assert.deepEqual([waiting.result, parts["[role=status]"].textContent], ["waiting", ""]);
  clock.tick(RETRY_MS);
  await settle();
  assert.equal(waiting.result, "locked");
  clock.tick(10 * RETRY_MS);
  await settle();
  assert.deepEqual(answers, ["open"]);
});
