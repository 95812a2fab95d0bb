import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Clock } from "./clock.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));
const clock = new Clock();
let asked;
let answer;

/** What is shown of a film in processing, whose status is at `statusUrl`. */
const boxOf = (statusUrl) => ({
  dataset: { statusUrl },
  hidden: false,
  percent: { dataset: { playerPercent: "%s%" }, textContent: "" },
  querySelector(name) {
    return name === "progress" ? null : this.percent;
  },
});

globalThis.document = Object.assign(new EventTarget(), {
  box: null,
  querySelector: (name) => (name === "[data-player-processing]" ? document.box : null),
  getElementById: () => null,
});
globalThis.location = { reload: () => assert.fail("the page is loaded again") };
const { followProcessing } = await import("../../video_pages/static/video_pages/js/player_processing.js");

beforeEach(() => {
  clock.start();
  asked = [];
  answer = async () => ({ ok: true, status: 200, json: async () => ({ state: "processing", progress: 40 }) });
  globalThis.fetch = (url) => {
    asked.push(url);
    return answer();
  };
});

const follow = (statusUrl) => {
  document.box = boxOf(statusUrl);
  followProcessing();
  return document.box;
};

async function later(seconds) {
  clock.tick(seconds * 1000);
  await settle();
}

test("the status is asked every five seconds, and that of the next film instead once it is shown", async () => {
  const box = follow("/first");
  await later(5);
  assert.deepEqual([asked, box.percent.textContent], [["/first"], "40%"]);
  follow("/second");
  for (let second = 0; second < 10; second += 1) {
    await later(1);
  }
  assert.deepEqual(asked, ["/first", "/second", "/second"]);
});

test("an answer about a film that is not shown any more changes nothing, and no second question follows", async () => {
  follow("/first");
  let give;
  answer = () =>
    new Promise((resolve) => {
      give = resolve;
    });
  await later(5);
  const box = follow("/second");
  give({ ok: false, status: 403 });
  await settle();
  answer = async () => ({ ok: false, status: 503 });
  for (let second = 0; second < 10; second += 1) {
    await later(1);
  }
  assert.deepEqual([asked, box.hidden], [["/first", "/second", "/second"], false]);
});

test("after an answer that does not come the status is asked again", async () => {
  follow("/film");
  answer = () => Promise.reject(new DOMException("late", "TimeoutError"));
  await later(5);
  await later(5);
  assert.equal(asked.length, 2);
});
