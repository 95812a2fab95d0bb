import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  fill,
  fingerprintOf,
  formatDuration,
  formatSize,
  joinSentences,
  plural,
  titleFromFilename,
} from "../../video_pages/static/video_pages/js/upload_text.js";

globalThis.document = { documentElement: { lang: "en" } };

test("a size equals the server's", async () => {
  const sizes = JSON.parse(await readFile(new URL("sizes.json", import.meta.url), "utf8"));
  for (const [bytes, written] of Object.entries(sizes)) {
    assert.equal(formatSize(Number(bytes)), written, bytes);
  }
});

test("durations are rounded up to one unit", () => {
  const written = [0.2, 1, 89, 90, 5399, 5400, 36_000].map(formatDuration);
  assert.deepEqual(written, ["1 second", "1 second", "89 seconds", "2 minutes", "90 minutes", "2 hours", "10 hours"]);
});

test("Japanese sentences have no blank between them", () => {
  assert.equal(joinSentences("One.", undefined, "Two.", false), "One. Two.");
  assert.equal(joinSentences("一。", "二。"), "一。二。");
});

test("names in braces are replaced, and unknown ones stay", () => {
  assert.equal(fill("{name}: {percent} % of {what}", { name: "a.mp4", percent: 0 }), "a.mp4: 0 % of {what}");
});

test("a count takes the plural form of its language", () => {
  assert.equal(plural({ 1: "one film", 2: "{count} films" }, 1), "one film");
  assert.equal(plural({ 1: "one film", 2: "{count} films" }, 21), "21 films");
  document.documentElement.lang = "pl";
  const forms = { 1: "{count} film", 2: "{count} filmy", 5: "{count} filmów" };
  assert.deepEqual(
    [1, 3, 5, 22, 25].map((count) => plural(forms, count)),
    ["1 film", "3 filmy", "5 filmów", "22 filmy", "25 filmów"],
  );
  document.documentElement.lang = "en";
});

test("a fingerprint depends on name, size and date", () => {
  const file = { name: "Film.mp4", size: 255, lastModified: 5 };
  const first = fingerprintOf(file);
  assert.match(first, /^1-[0-9a-f]{28}-ff$/);
  assert.equal(fingerprintOf({ ...file }), first);
  for (const change of [{ name: "film.mp4" }, { size: 256 }, { lastModified: 6 }]) {
    assert.notEqual(fingerprintOf({ ...file, ...change }), first);
  }
});

test("a title from a file name equals the server's", async () => {
  const names = JSON.parse(await readFile(new URL("titles.json", import.meta.url), "utf8"));
  for (const [name, title] of Object.entries(names)) {
    assert.equal(titleFromFilename(name), title, name);
  }
});
