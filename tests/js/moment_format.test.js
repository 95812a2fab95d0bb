import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoment } from "../../video_pages/static/video_pages/js/moment_format.js";

const DATE = { day: "numeric", month: "short", year: "numeric" };

test("the first of a month is 1er in French, with and without its year", () => {
  assert.equal(formatMoment(new Date(2026, 11, 1), "fr", DATE), "1er déc. 2026");
  assert.equal(formatMoment(new Date(2026, 7, 1), "fr-CA", { day: "numeric", month: "short" }), "1er août");
});

test("other days and other languages have no ordinal", () => {
  assert.equal(formatMoment(new Date(2026, 11, 11), "fr", DATE), "11 déc. 2026");
  assert.equal(formatMoment(new Date(2026, 11, 21), "fr", DATE), "21 déc. 2026");
  assert.equal(formatMoment(new Date(2026, 11, 1), "de", DATE), "1. Dez. 2026");
});
