import assert from "node:assert/strict";
import { test } from "node:test";
import { findTrack, nameOf } from "../../video_pages/static/video_pages/js/player_tracks.js";

const track = (language, kind, label) => ({ language, kind, label });
const german = track("de", "subtitles", "Deutsch");
const easy = track("de", "subtitles", "Deutsch (einfach)");
const sounds = track("de", "captions", "Deutsch");
const english = track("en", "subtitles", "English");
const all = [english, sounds, german, easy];

test("each of several tracks of one language is found by its own name", () => {
  for (const each of all) {
    assert.equal(findTrack(all, nameOf(each)), each);
  }
});

test("in another film the first of the language and kind is taken, by names of earlier versions, too", () => {
  const others = [english, track("de", "subtitles", "German")];
  assert.equal(findTrack(others, nameOf(easy)), others[1]);
  assert.equal(findTrack(all, "de subtitles"), german);
});

test("another language or kind is not taken, and nothing without a choice", () => {
  assert.equal(findTrack([english, sounds], nameOf(german)), undefined);
  assert.equal(findTrack([track("de-AT", "subtitles", "Österreich")], nameOf(german)), undefined);
  for (const stored of ["off", "", null, undefined]) {
    assert.equal(findTrack(all, stored), undefined);
  }
});

test("a track without a name is found by language and kind", () => {
  const nameless = track("fr", "descriptions", "");
  assert.equal(nameOf(nameless), "fr descriptions");
  assert.equal(findTrack([nameless], nameOf(nameless)), nameless);
});
