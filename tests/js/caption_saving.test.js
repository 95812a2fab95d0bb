import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Saving } from "../../video_pages/static/video_pages/js/caption_saving.js";

let saving;
let parts;
let answers;

const lines = { hasChanged: false, state: {}, markSaved() {}, toString: () => "WEBVTT" };

/** Answer the oldest open request of `method`, as the site does with `values`. */
async function answer(method, values) {
  const open = answers.find((each) => each.method === method);
  answers.splice(answers.indexOf(open), 1);
  open.resolve({ ok: true, status: 200, json: async () => values });
  await new Promise((resolve) => setImmediate(resolve));
}

function comeBack() {
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  parts = new Map();
  answers = [];
  const find = (name) => {
    parts.set(name, parts.get(name) ?? Object.assign(new EventTarget(), { hidden: true }));
    return parts.get(name);
  };
  const document = Object.assign(new EventTarget(), { cookie: "csrftoken=x", hidden: false });
  const storage = { getItem: () => null, setItem() {}, removeItem() {} };
  const fetch = (_url, { method = "GET" }) => new Promise((resolve) => answers.push({ method, resolve }));
  for (const [name, value] of Object.entries({ document, fetch, localStorage: storage, addEventListener() {} })) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  const root = { querySelector: find, querySelectorAll: () => [] };
  saving = new Saving(
    root,
    { words: { conflict: "changed by another" }, wordsUrl: "/words" },
    () => {},
    () => lines,
  );
  saving.begin({ version: 3, isHidden: false, document: "WEBVTT" });
});

test("who comes back to a track that was changed meanwhile is told", async () => {
  comeBack();
  await answer("GET", { version: 4, isHidden: false });
  assert.equal(saving.conflict.hidden, false);
  assert.equal(saving.theirVersion, 4);
});

test("an answer from before one's own save is no change of another editor", async () => {
  comeBack();
  saving.save();
  await answer("POST", { version: 4, isHidden: false });
  await answer("GET", { version: 3, isHidden: false });
  assert.equal(saving.version, 4);
  assert.equal(saving.conflict.hidden, true);
});
