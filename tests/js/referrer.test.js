import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { referrerHost, storeReferrer } from "../../video_pages/static/video_pages/js/referrer.js";

let stored;

function set(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** Open a page of the site from `referrer`, in a browser with the properties `navigator`. */
function open(referrer, navigator = {}) {
  set("document", { referrer });
  set("navigator", navigator);
}

beforeEach(() => {
  stored = new Map();
  set("location", { hostname: "films.example" });
  set("sessionStorage", {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
  });
});

test("the host of another site is found on the next page, without its path", () => {
  open("https://press.example/article?id=7");
  storeReferrer();
  open("https://films.example/video/");
  assert.equal(referrerHost(), "press.example");
  assert.deepEqual([...stored.values()], ["press.example"]);
});

test("the site itself and an unknown referrer are no host", () => {
  for (const referrer of ["https://films.example/", ""]) {
    open(referrer);
    storeReferrer();
    assert.equal(referrerHost(), "");
  }
  assert.equal(stored.size, 0);
});

test("for a browser that asks not to be tracked, nothing is stored", () => {
  for (const navigator of [{ globalPrivacyControl: true }, { doNotTrack: "1" }]) {
    open("https://press.example/", navigator);
    storeReferrer();
  }
  assert.equal(stored.size, 0);
});

test("a store that refuses is no error", () => {
  const refuse = () => {
    throw new Error("SecurityError");
  };
  set("sessionStorage", { getItem: refuse, setItem: refuse });
  open("https://press.example/");
  storeReferrer();
  assert.equal(referrerHost(), "press.example");
});
