import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { page, uploads } from "./upload_page.js";

test("sizes are read without counting digits", () => {
  const written = [0, 1023, 1024, 1536 * 1024, 150 * 1024 ** 2, 6.25 * 1024 ** 3, 2 * 1024 ** 5].map(uploads.size);
  assert.deepEqual(written, ["0 byte", "1,023 byte", "1 kB", "1.5 MB", "150 MB", "6.3 GB", "2,048 TB"]);
});

test("times are rounded up to what people say", () => {
  const written = [0.2, 1, 89, 90, 5399, 5400, 36_000].map(uploads.duration);
  assert.deepEqual(written, ["1 second", "1 second", "89 seconds", "2 minutes", "90 minutes", "2 hours", "10 hours"]);
});

test("words in braces are filled in, and unknown ones stay", () => {
  assert.equal(uploads.fill("{name}: {percent} % of {what}", { name: "a.mp4", percent: 0 }), "a.mp4: 0 % of {what}");
});

test("a number takes the form of the plural that its language has for it", () => {
  assert.equal(uploads.counted({ 1: "one film", 2: "{count} films" }, 1), "one film");
  assert.equal(uploads.counted({ 1: "one film", 2: "{count} films" }, 21), "21 films");
  document.documentElement.lang = "pl";
  const forms = { 1: "{count} film", 2: "{count} filmy", 5: "{count} filmów" };
  assert.deepEqual(
    [1, 3, 5, 22, 25].map((count) => uploads.counted(forms, count)),
    ["1 film", "3 filmy", "5 filmów", "22 filmy", "25 filmów"],
  );
  document.documentElement.lang = "en";
});

test("a file is known again by name, size and date", () => {
  const file = { name: "Film.mp4", size: 255, lastModified: 5 };
  const first = uploads.fingerprint(file);
  assert.match(first, /^1-[0-9a-f]{28}-ff$/);
  assert.equal(uploads.fingerprint({ ...file }), first);
  for (const change of [{ name: "film.mp4" }, { size: 256 }, { lastModified: 6 }]) {
    assert.notEqual(uploads.fingerprint({ ...file, ...change }), first);
  }
});

test("the token comes from the cookie, else from the form", () => {
  page.csrfInput = { value: "from-the-form" };
  assert.equal(uploads.csrfToken(), "from-the-form");
  page.cookie = "sessionid=x; csrftoken=from-the-cookie; more=y";
  assert.equal(uploads.csrfToken(), "from-the-cookie");
  page.cookie = "notcsrftoken=x";
  page.csrfInput = null;
  assert.equal(uploads.csrfToken(), "");
});

test("a title is made of a file's name as the server makes it", async () => {
  const names = JSON.parse(await readFile(new URL("titles.json", import.meta.url), "utf8"));
  for (const [name, title] of Object.entries(names)) {
    assert.equal(uploads.titleOf(name), title, name);
  }
});
