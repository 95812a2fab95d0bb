import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOfLabel, setText } from "../../video_pages/static/video_pages/js/text_language.js";

/** An element, as far as these functions use one. */
const element = () => ({
  lang: "fr",
  textContent: "",
  removeAttribute(name) {
    delete this[name];
  },
});

test("a text names its language, and one in that of the page names none", () => {
  const shown = element();
  setText(shown, "Das Meer", "de");
  assert.deepEqual([shown.textContent, shown.lang], ["Das Meer", "de"]);
  for (const none of ["", undefined]) {
    const other = element();
    setText(other, "The Sea", none);
    assert.equal("lang" in other, false); // an empty one would say that it is not known
  }
});

test("the name of a track is in its language if it begins with the language's own name", () => {
  assert.equal(languageOfLabel("Deutsch", "de"), "de");
  assert.equal(languageOfLabel("deutsch (für Hörgeschädigte)", "de"), "de");
  assert.equal(languageOfLabel("Português (Brasil)", "pt-BR"), "pt-BR");
  assert.equal(languageOfLabel("日本語", "ja"), "ja");
});

test("any other name is in the language of the page", () => {
  assert.equal(languageOfLabel("German", "de"), "");
  assert.equal(languageOfLabel("Commentary", "en"), "");
  assert.equal(languageOfLabel("", "de"), "");
  assert.equal(languageOfLabel("Deutsch", ""), "");
  assert.equal(languageOfLabel("Anything", "no such tag"), "");
  assert.equal(languageOfLabel("Sound 2", undefined), "");
  assert.equal(languageOfLabel("xx", "xx"), "");
});
