import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { loadSetting, saveSetting } from "../../video_pages/static/video_pages/js/player_storage.js";

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

test("a stored setting is found again, and leaves the others unchanged", () => {
  saveSetting("speed", 1.5);
  saveSetting("captions", "off");
  assert.equal(loadSetting("speed", 1), 1.5);
  assert.equal(loadSetting("captions", null), "off");
  assert.deepEqual([...store.kept.keys()], [KEY]);
});

test("a setting that is not stored is the fallback", () => {
  assert.equal(loadSetting("speed", 1), 1);
});

test("text of another program is ignored", () => {
  for (const text of ["", "{", "null", "7"]) {
    store.kept.set(KEY, text);
    assert.equal(loadSetting("speed", 1), 1, text);
  }
});

test("a full store is no error", () => {
  store.isFull = true;
  saveSetting("speed", 2);
  assert.equal(loadSetting("speed", 1), 1);
});

test("a browser without a store keeps nothing", () => {
  Object.defineProperty(globalThis, "localStorage", {
    get() {
      throw new Error("SecurityError");
    },
    configurable: true,
  });
  saveSetting("speed", 2);
  assert.equal(loadSetting("speed", 1), 1);
});
