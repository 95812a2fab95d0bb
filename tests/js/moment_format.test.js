import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DATE,
  DAY,
  formatMoment,
  languageOfMoments,
  momentInSentence,
  TIME,
  variantOf,
} from "../../video_pages/static/video_pages/js/moment_format.js";

const EVENING = new Date(2026, 10, 29, 20, 5);
const NARROW = /\u202f/g; // before "PM", in newer versions of Unicode's data

test("the first of a month is 1er in French, with and without its year", () => {
  assert.equal(formatMoment(new Date(2026, 11, 1), "fr", DATE), "1er déc. 2026");
  assert.equal(formatMoment(new Date(2026, 7, 1), "fr-CA", { day: "numeric", month: "short" }), "1er août");
});

test("other days and other languages have no ordinal", () => {
  assert.equal(formatMoment(new Date(2026, 11, 11), "fr", DATE), "11 déc. 2026");
  assert.equal(formatMoment(new Date(2026, 11, 21), "fr", DATE), "21 déc. 2026");
  assert.equal(formatMoment(new Date(2026, 11, 1), "de", DATE), "1. Dez. 2026");
});

test("English has the order and the clock of the visitor's region", () => {
  const cases = {
    "en-US": ["Nov 29, 2026, 8:05 PM", "Nov 29"],
    "en-GB": ["29 Nov 2026, 20:05", "29 Nov"],
    "en-IE": ["29 Nov 2026, 20:05", "29 Nov"],
    "en-AU": ["29 Nov 2026, 8:05 pm", "29 Nov"],
    en: ["Nov 29, 2026, 20:05", "Nov 29"],
  };
  for (const [language, [moment, day]] of Object.entries(cases)) {
    assert.equal(formatMoment(EVENING, language, { ...DATE, ...TIME }).replace(NARROW, " "), moment);
    assert.equal(formatMoment(EVENING, language, DAY), day);
  }
});

test("midnight and noon are told apart on a clock of 12 hours, and a clock of 24 hours has two digits", () => {
  const at = (hour, language) => formatMoment(new Date(2026, 10, 29, hour, 5), language, TIME).replace(NARROW, " ");
  assert.deepEqual([at(0, "en-US"), at(12, "en-US"), at(9, "en-US")], ["12:05 AM", "12:05 PM", "9:05 AM"]);
  assert.deepEqual([at(0, "en-GB"), at(9, "en-GB"), at(9, "en")], ["00:05", "09:05", "09:05"]);
});

test("other languages have 24 hours and one format, whatever the region", () => {
  assert.equal(formatMoment(EVENING, "de", { ...DATE, ...TIME }), "29. Nov. 2026, 20:05");
  assert.equal(formatMoment(EVENING, "fr-CA", TIME).slice(0, 2), "20");
  assert.equal(formatMoment(EVENING, "ja", TIME), "20:05");
});

test("the region is that of the first English that the browser names, on an English page only", () => {
  assert.equal(languageOfMoments("en", ["en-GB", "en-US", "en"]), "en-GB");
  assert.equal(languageOfMoments("en", ["de-DE", "de", "en-US", "en"]), "en-US");
  assert.equal(languageOfMoments("en", ["en-US@posix", "en-GB"]), "en-GB");
  assert.equal(languageOfMoments("en", ["en-US@posix"]), "en");
  assert.equal(languageOfMoments("en", ["de-DE"]), "en");
  assert.equal(languageOfMoments("en", ["eng-FR"]), "en");
  assert.equal(languageOfMoments("de", ["de-AT", "en-GB"]), "de");
  assert.equal(languageOfMoments("pt-br", ["pt-PT"]), "pt-br");
  assert.equal(languageOfMoments("en", []), "en");
});

test("numbers are written in the visitor's variant of the language of the page, which is a tag that Intl takes", () => {
  assert.equal(variantOf("en", ["de-DE", "en-GB", "en-US"]), "en-GB");
  assert.equal(variantOf("de", ["de-CH", "en"]), "de-CH");
  assert.equal(variantOf("en", ["en-US@posix", "en-IE"]), "en-IE");
  assert.equal(variantOf("en", ["en-US@posix"]), "en");
  assert.equal(variantOf("fr", []), "fr");
  assert.throws(() => new Intl.NumberFormat("en-US@posix"), RangeError);
});

test("German says Uhr after a time in a sentence, and not in a table or after a date", () => {
  assert.equal(momentInSentence(EVENING, "de", TIME), "20:05 Uhr");
  assert.equal(momentInSentence(EVENING, "de", { ...DATE, ...TIME }), "29. Nov. 2026, 20:05 Uhr");
  const zone = { ...TIME, timeZone: "Europe/Berlin", timeZoneName: "short" };
  assert.equal(momentInSentence(new Date("2026-07-02T16:45:00Z"), "de", zone), "18:45 Uhr MESZ");
  assert.equal(momentInSentence(EVENING, "de", DATE), "29. Nov. 2026");
  assert.equal(formatMoment(EVENING, "de", TIME), "20:05");
  assert.equal(momentInSentence(EVENING, "en", TIME), "20:05");
});
