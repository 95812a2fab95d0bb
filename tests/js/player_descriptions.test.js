import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { bindDescriptions } from "../../video_pages/static/video_pages/js/player_descriptions.js";

let stored;
let written;
let region;

beforeEach(() => {
  stored = {};
  globalThis.localStorage = {
    getItem: () => JSON.stringify(stored),
    setItem: (_key, text) => {
      stored = JSON.parse(text);
    },
  };
  written = [];
  region = {
    lang: "",
    set textContent(text) {
      written.push(text);
    },
  };
});

afterEach(() => {
  delete globalThis.localStorage;
});

const cue = (text) => ({ getCueAsHTML: () => ({ textContent: text }) });

function track(language, label, kind = "descriptions") {
  return Object.assign(new EventTarget(), { language, label, kind, mode: "disabled", activeCues: null });
}

const bind = (...textTracks) =>
  bindDescriptions({ frame: { querySelector: () => region }, video: { textTracks } }, "Described: %s");

/** Let the cues at the film's position be these. */
function at(described, ...cues) {
  described.activeCues = cues;
  described.dispatchEvent(new Event("cuechange"));
}

test("a film without descriptions has none to bind", () => {
  assert.equal(bind(track("en", "English", "captions")), null);
});

test("nothing is loaded or said until they are switched on", () => {
  const english = track("en", "English");
  const descriptions = bind(english);
  assert.equal(descriptions.isOn(), false);
  assert.equal(english.mode, "disabled");
  at(english, cue("A lamp"));
  assert.deepEqual(written.filter(Boolean), []);
  assert.deepEqual(descriptions.items(), [
    { label: "Described: English", value: { described: english }, kind: "checkbox", isChecked: false },
  ]);
});

test("lines are written when they begin, in the language of the track, and each once", () => {
  const english = track("en", "English");
  bind(english).choose(english);
  assert.equal(english.mode, "hidden"); // loaded, and not drawn
  assert.equal(region.lang, "en");
  written.length = 0;
  const [lamp, rain] = [cue("A lamp"), cue("Rain")];
  at(english, lamp);
  at(english, lamp, rain);
  at(english, rain);
  at(english);
  at(english, lamp);
  assert.deepEqual(written, ["A lamp", "Rain", "", "A lamp"]);
});

test("the line at the position is said when they are switched on, and the place is emptied when off", () => {
  const english = track("en", "English");
  english.activeCues = [cue("A lamp")];
  const descriptions = bind(english);
  descriptions.choose(english);
  assert.equal(written.at(-1), "A lamp");
  descriptions.choose(english);
  assert.equal(written.at(-1), "");
  assert.equal(english.mode, "disabled");
});

test("of several tracks one is on, and the choice is kept", () => {
  const [english, german] = [track("en", "English"), track("de", "Deutsch")];
  const descriptions = bind(english, german);
  descriptions.choose(english);
  descriptions.choose(german);
  assert.deepEqual([english.mode, german.mode], ["disabled", "hidden"]);
  assert.deepEqual(
    descriptions.items().map(({ isChecked }) => isChecked),
    [false, true],
  );

  const again = [track("en", "English"), track("de", "Deutsch")];
  assert.equal(bind(...again).isOn(), true);
  assert.deepEqual(
    again.map(({ mode }) => mode),
    ["disabled", "hidden"],
  );
  descriptions.choose(german);
  assert.equal(bind(track("de", "Deutsch")).isOn(), false);
});
