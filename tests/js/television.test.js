import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { folderFetcher } from "../../video_pages/static/video_pages/js/television.js";

const HOUR_MS = 3_600_000;
let asked;
let answer;
let now;

beforeEach(() => {
  asked = [];
  now = 0;
  answer = { ok: true, json: async () => ({ folder: `/stream/film/~token${asked.length}/` }) };
  globalThis.fetch = async (address) => {
    asked.push(address);
    return answer;
  };
});

const fetcher = (address = "/stream/film/status") =>
  folderFetcher(
    () => address,
    () => now,
  );

test("the folder is asked for once, beside the status", async () => {
  const fetchFolder = fetcher();
  assert.equal(await fetchFolder(), "/stream/film/~token1/");
  now = HOUR_MS;
  assert.equal(await fetchFolder(), "/stream/film/~token1/");
  assert.deepEqual(asked, ["/stream/film/receiver"]);
});

test("a folder of some hours ago may end before the film does: another is asked for", async () => {
  const fetchFolder = fetcher();
  await fetchFolder();
  now = HOUR_MS + 1;
  assert.equal(await fetchFolder(), "/stream/film/~token2/");
});

test("in a frame of another site it is asked for with the key of the frame", async () => {
  await fetcher("/stream/film/~key/status")();
  assert.deepEqual(asked, ["/stream/film/~key/receiver"]);
});

test("where the site gives none there is none, and the next press asks again", async () => {
  const fetchFolder = fetcher();
  answer = { ok: false };
  assert.equal(await fetchFolder(), "");
  assert.equal(await fetchFolder(), "");
  assert.equal(asked.length, 2);
});

test("a folder that has ended is dropped, and the next one is asked for at the present address", async () => {
  let address = "/stream/film/~old/status";
  const fetchFolder = folderFetcher(
    () => address,
    () => now,
  );
  await fetchFolder();
  address = "/stream/film/~new/status";
  fetchFolder.forget();
  assert.equal(await fetchFolder(), "/stream/film/~token2/");
  assert.deepEqual(asked, ["/stream/film/~old/receiver", "/stream/film/~new/receiver"]);
});
