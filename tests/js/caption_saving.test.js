import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Saving } from "../../video_pages/static/video_pages/js/caption_saving.js";

let saving;
let stored;
let sent;
let parts;
let answers;

let lines;
let leave;

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
  stored = null;
  lines = {
    hasChanged: true,
    state: {},
    toString: () => "WEBVTT",
    markSaved: () => Object.assign(lines, { hasChanged: false }),
  };
  const find = (name) => {
    parts.set(name, parts.get(name) ?? Object.assign(new EventTarget(), { hidden: true }));
    return parts.get(name);
  };
  const document = Object.assign(new EventTarget(), {
    cookie: "csrftoken=x",
    hidden: false,
    documentElement: { lang: "en" },
  });
  const storage = {
    getItem: () => stored,
    setItem: (_key, text) => {
      stored = text;
    },
    removeItem: () => {
      stored = null;
    },
  };
  const listen = (type, handler) => {
    if (type === "beforeunload") {
      leave = () => {
        const event = new Event(type, { cancelable: true });
        handler(event);
        return event.defaultPrevented;
      };
    }
  };
  const fetch = (_url, { method = "GET", body }) => {
    sent = body;
    return new Promise((resolve) => answers.push({ method, resolve }));
  };
  for (const [name, value] of Object.entries({ document, fetch, localStorage: storage, addEventListener: listen })) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  const root = { querySelector: find, querySelectorAll: () => [] };
  saving = new Saving(
    root,
    { labels: { conflict: "changed by another", restored: "{time}" }, documentUrl: "/document" },
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

test("a change of the name by the editor is no conflict, and what it says of hiding is shown", async () => {
  saving.begin({ version: 3, isHidden: true, document: "WEBVTT" });
  saving.keep();
  comeBack();
  await answer("GET", { version: 3, isHidden: false });
  assert.equal(saving.conflict.hidden, true);
  assert.equal(saving.hidden.checked, false);
  saving.save();
  assert.equal(sent.has("is_hidden"), false);
  assert.equal(sent.has("file"), true);
});

test("a draft has the choice of hiding only if the editor made one", () => {
  saving.keep();
  assert.equal(JSON.parse(stored).isHidden, null);
  saving.begin({ version: 3, isHidden: true, document: "other" });
  assert.equal(saving.hidden.checked, true);
  assert.equal(saving.conflict.hidden, true);
  saving.hidden.checked = false;
  saving.keep();
  saving.begin({ version: 3, isHidden: true, document: "other" });
  assert.equal(saving.hidden.checked, false);
});

test("hiding alone sends no lines and takes over no version of others", async () => {
  lines.hasChanged = false;
  saving.hidden.checked = true;
  saving.save();
  assert.deepEqual([sent.has("file"), sent.get("is_hidden")], [false, "1"]);
  await answer("POST", { version: 5, isHidden: true });
  assert.equal(saving.version, 3);
  assert.equal(saving.hasChanged, false);
});

test("a draft that another tab has written stays when this one has saved", async () => {
  saving.keep();
  stored = JSON.stringify({ text: "WEBVTT of another tab", version: 3, isHidden: null, at: 1 });
  saving.save();
  const theirs = JSON.stringify({ text: "WEBVTT typed meanwhile", version: 3, isHidden: null, at: 2 });
  stored = theirs;
  await answer("POST", { version: 4, isHidden: false });
  assert.equal(stored, theirs);
});

test("who leaves is asked if the draft of this tab is gone", () => {
  saving.keep();
  assert.equal(leave(), false);
  stored = null;
  assert.equal(leave(), true);
  stored = JSON.stringify({ text: "WEBVTT of another tab", version: 3, isHidden: null, at: 1 });
  assert.equal(leave(), true);
  saving.keep();
  assert.equal(leave(), false);
});

test("a draft that was read here is removed once it is saved", async () => {
  stored = JSON.stringify({ text: "WEBVTT of yesterday", version: 3, isHidden: null, at: 1 });
  saving.begin({ version: 3, isHidden: false, document: "WEBVTT" });
  saving.save();
  await answer("POST", { version: 4, isHidden: false });
  assert.equal(stored, null);
});
