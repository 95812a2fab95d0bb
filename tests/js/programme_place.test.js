import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { loadPlace, savePlace } from "../../video_pages/static/video_pages/js/programme_place.js";

beforeEach(() => {
  const kept = new Map();
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  Object.defineProperty(globalThis, "localStorage", { value: store, configurable: true });
});

test("a place is found again as whole seconds of a film, apart for each programme", () => {
  savePlace("4", "17", 760.9);
  savePlace("5", 18);
  assert.deepEqual(loadPlace("4"), { film: "17", seconds: 760 });
  assert.deepEqual(loadPlace("5"), { film: "18", seconds: 0 });
  assert.equal(loadPlace("6"), null);
});

test("after the last film the place is forgotten, and the others stay", () => {
  savePlace("4", "17", 760);
  savePlace("5", "18", 10);
  savePlace("4", undefined);
  assert.equal(loadPlace("4"), null);
  assert.deepEqual(loadPlace("5"), { film: "18", seconds: 10 });
});

test("a browser keeps fifty programmes, and drops those that it has not seen for longest", () => {
  for (let id = 160; id >= 110; id -= 1) {
    savePlace(String(id), "1", 9);
  }
  assert.equal(loadPlace("160"), null);
  assert.deepEqual(loadPlace("110"), { film: "1", seconds: 9 });
  savePlace("159", "1", 20);
  savePlace("200", "1", 9);
  assert.equal(loadPlace("158"), null);
  assert.deepEqual(loadPlace("159"), { film: "1", seconds: 20 });
});
