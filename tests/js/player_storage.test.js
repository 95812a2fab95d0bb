import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep, recall } from "../../video_pages/static/video_pages/js/player_storage.js";

const KEY = "screening-room.player";

/** The part of a browser's localStorage that is used; `isFull` as in private windows and full stores. */
class Store {
  kept = new Map();
  isFull = false;

  getItem(key) {
    return this.kept.get(key) ?? null;
  }

  setItem(key, text) {
    if (this.isFull) {
      throw new Error("QuotaExceededError");
    }
    this.kept.set(key, text);
  }
}

let store;

beforeEach(() => {
  store = new Store();
  Object.defineProperty(globalThis, "localStorage", { value: store, configurable: true });
});

test("what is kept is found again, and leaves the rest alone", () => {
  keep("speed", 1.5);
  keep("captions", "off");
  assert.equal(recall("speed", 1), 1.5);
  assert.equal(recall("captions", null), "off");
  assert.deepEqual([...store.kept.keys()], [KEY]);
});

test("what is not kept is the fallback", () => {
  assert.equal(recall("speed", 1), 1);
});

test("what somebody else wrote there does not hurt", () => {
  for (const text of ["", "{", "null", "7"]) {
    store.kept.set(KEY, text);
    assert.equal(recall("speed", 1), 1, text);
  }
});

test("a store that takes nothing is no error", () => {
  store.isFull = true;
  keep("speed", 2);
  assert.equal(recall("speed", 1), 1);
});

test("a browser without a store forgets", () => {
  Object.defineProperty(globalThis, "localStorage", {
    get() {
      throw new Error("SecurityError");
    },
    configurable: true,
  });
  keep("speed", 2);
  assert.equal(recall("speed", 1), 1);
});
