import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { bindMessages } from "../../video_pages/static/video_pages/js/player_messages.js";
import { Clock } from "./clock.js";

const NOTE_MS = 900;
let clock;
let place;
let ending;
let messages;

beforeEach(() => {
  clock = new Clock();
  clock.start();
  place = { textContent: "" };
  ending = new AbortController();
  messages = bindMessages({ querySelector: () => place }, ending.signal);
});

afterEach(() => clock.stop());

test("a note goes away by itself, and an error that was there comes back", () => {
  messages.showNote("10 seconds on", NOTE_MS);
  clock.tick(NOTE_MS);
  assert.equal(place.textContent, "");
  messages.showMessage("Damaged.");
  messages.showNote("10 seconds on", NOTE_MS);
  assert.equal(place.textContent, "10 seconds on");
  clock.tick(NOTE_MS);
  assert.equal(place.textContent, "Damaged.");
});

test("a second note shows as long as the first", () => {
  messages.showNote("10 seconds on", NOTE_MS);
  clock.tick(NOTE_MS - 100);
  messages.showNote("10 seconds back", NOTE_MS);
  clock.tick(NOTE_MS - 100);
  assert.equal(place.textContent, "10 seconds back");
  clock.tick(100);
  assert.equal(place.textContent, "");
});

test("an error takes the place of a note at once; its end lets the note be", () => {
  messages.showMessage("Offline.");
  messages.showNote("10 seconds on", NOTE_MS);
  messages.showMessage("");
  assert.equal(place.textContent, "10 seconds on");
  messages.showMessage("Damaged.");
  assert.equal(place.textContent, "Damaged.");
  clock.tick(NOTE_MS);
  assert.equal(place.textContent, "Damaged.");
});

test("only one's own message is withdrawn", () => {
  messages.showMessage("The television failed.");
  messages.withdrawMessage("The television failed.");
  assert.equal(place.textContent, "");
  messages.showMessage("Damaged.");
  messages.withdrawMessage("The television failed.");
  assert.equal(place.textContent, "Damaged.");
});

test("the same text is not written again, and nothing after the end", () => {
  let writes = 0;
  const texts = [];
  place = {
    get textContent() {
      return texts.at(-1) ?? "";
    },
    set textContent(text) {
      writes += 1;
      texts.push(text);
    },
  };
  messages = bindMessages({ querySelector: () => place }, ending.signal);
  messages.showMessage("Offline.");
  messages.showMessage("Offline.");
  assert.equal(writes, 1);
  messages.showNote("10 seconds on", NOTE_MS);
  ending.abort();
  clock.tick(NOTE_MS);
  assert.equal(writes, 2);
});
