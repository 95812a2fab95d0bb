import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createSuggester } from "../../home/static/home/js/suggester.js";

/** A suggester whose questions and shown lists are noted; `answer(query)` gives the answer to one question. */
function noted(answer) {
  const asked = [];
  const shown = [];
  const suggester = createSuggester({
    fetchSuggestions: (query, signal) => {
      asked.push(query);
      return answer(query, signal);
    },
    show: (list) => shown.push(list),
    pause: 5,
  });
  return { asked, shown, suggester };
}

test("only the text after a pause is asked about", async () => {
  const { asked, shown, suggester } = noted(async (query) => [query]);
  for (const text of ["f", "fi", "fil"]) {
    suggester.typed(text);
  }
  await pause(30);
  assert.deepEqual(asked, ["fil"]);
  assert.deepEqual(shown, [["fil"]]);
});

test("spaces around a text and the same text again ask nothing", async () => {
  const { asked, suggester } = noted(async () => []);
  suggester.typed("film");
  suggester.typed(" film ");
  await pause(30);
  suggester.typed("film ");
  await pause(30);
  assert.deepEqual(asked, ["film"]);
});

test("the answer to an earlier text is not shown", async () => {
  const { shown, suggester } = noted(async (query) => {
    await pause(query === "fi" ? 60 : 5);
    return [query];
  });
  suggester.typed("fi");
  await pause(20);
  suggester.typed("fil");
  await pause(100);
  assert.deepEqual(shown, [["fil"]]);
});

test("an empty field shows an empty list at once", () => {
  const { asked, shown, suggester } = noted(async () => ["film"]);
  suggester.typed("film");
  suggester.typed("");
  assert.deepEqual(shown, [[]]);
  assert.deepEqual(asked, []);
});

test("a failed question shows an empty list, and one that was stopped shows nothing", async () => {
  const { shown, suggester } = noted(async () => {
    throw new TypeError("no network");
  });
  suggester.typed("film");
  await pause(30);
  assert.deepEqual(shown, [[]]);
  suggester.typed("films");
  suggester.stop();
  await pause(30);
  assert.deepEqual(shown, [[]]);
});
