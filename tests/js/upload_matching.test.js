import assert from "node:assert/strict";
import { test } from "node:test";
import {
  captionLanguage,
  endingsOf,
  kindOf,
  languageOf,
  matchOf,
} from "../../video_pages/static/video_pages/js/upload_matching.js";

const ACCEPT = ".mp4,.mov";
const LANGUAGES = ["en", "de", "pt", "pt-BR", "ja"];

test("the ending says what a file is for, whatever its case", () => {
  const names = ["Film.MP4", "a.jpeg", "a.en.vtt", "a.SRT", "notes.txt", "cut.psd", "README", ".DS_Store", "Thumbs.db"];
  assert.deepEqual(
    names.map((name) => kindOf(name, ACCEPT)),
    ["video", "picture", "captions", "captions", "description", "", "", null, null],
  );
});

test("an input accepts the endings of a kind, or of all", () => {
  assert.equal(endingsOf("captions"), ".vtt,.srt");
  assert.equal(endingsOf(), ".jpg,.jpeg,.png,.webp,.gif,.vtt,.srt,.txt");
});

test("a language is found by any usual way to write it", () => {
  const written = ["en", "eng", "DEU", "pt_br", "pt-PT", "xx", "cut", "", "film"];
  assert.deepEqual(
    written.map((text) => languageOf(text, LANGUAGES)),
    ["en", "en", "de", "pt-BR", "pt", "", "", "", ""],
  );
});

test("a file belongs to the film of its name", () => {
  const films = ["Salt flats.mp4", "salt.de.mov", "salt.mov"];
  const cases = {
    "salt flats.JPG": ["Salt flats.mp4", ""],
    "Salt flats.en.vtt": ["Salt flats.mp4", "en"],
    "Salt flats_pt-BR.srt": ["Salt flats.mp4", "pt-BR"],
    "salt.de.vtt": ["salt.de.mov", ""],
    "salt.ja.vtt": ["salt.mov", "ja"],
    "salt.txt": ["salt.mov", ""],
  };
  for (const [name, [film, language]] of Object.entries(cases)) {
    assert.deepEqual(matchOf(name, films, LANGUAGES), { film, language }, name);
  }
  for (const name of ["salt.cut.vtt", "salt.en.jpg", "other.jpg", "en.vtt", ".vtt"]) {
    assert.equal(matchOf(name, films, LANGUAGES), null, name);
  }
});

test("composed and decomposed letters are one name", () => {
  assert.equal(matchOf("Gro\u0308\u00dfe.jpg", ["Gr\u00f6\u00dfe.mp4"], LANGUAGES).film, "Gr\u00f6\u00dfe.mp4");
});

test("captions with the whole name of their film name no language, whatever its last word is", () => {
  const languages = [...LANGUAGES, "it", "no"];
  const cases = [
    ["How to do it.srt", "How to do it.mp4", ""],
    ["how to do it.VTT", "How to do it.mp4", ""],
    ["How to do it.de.srt", "How to do it.mp4", "de"],
    ["salt.no.vtt", "salt.no.mp4", ""],
    ["salt.no.vtt", "salt.mp4", "no"],
    ["Untertitel_de.vtt", "salt.mp4", "de"],
    ["Untertitel.vtt", "salt.mp4", ""],
  ];
  for (const [name, film, language] of cases) {
    assert.equal(captionLanguage(name, film, languages), language, `${name} of ${film}`);
  }
});
