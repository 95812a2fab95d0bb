import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { LONG_MS } from "../../video_pages/static/video_pages/js/timed_fetch.js";
import { deleteUpload } from "../../video_pages/static/video_pages/js/upload_deletion.js";

const real = { setTimeout, fetch: globalThis.fetch };
let statuses;

beforeEach(() => {
  globalThis.document = { cookie: "csrftoken=token", querySelector: () => null };
  globalThis.setTimeout = (act) => queueMicrotask(act);
  globalThis.fetch = async (_url, { method }) => {
    assert.equal(method, "DELETE");
    const status = statuses.shift();
    if (!status) {
      throw new TypeError("Failed to fetch");
    }
    return { status, ok: status < 300 };
  };
});

afterEach(() => Object.assign(globalThis, real));

test("an upload is gone when the server deletes it or has it no more, also after it was locked", async () => {
  for (const given of [[204], [404], [423, 423, 204]]) {
    statuses = [...given];
    assert.equal(await deleteUpload("/upload/1/"), true);
    assert.deepEqual(statuses, []);
  }
});

test("a refusal, no answer and a lock that stays are failures", async () => {
  for (const given of [[403], [0], Array(7).fill(423)]) {
    statuses = [...given];
    assert.equal(await deleteUpload("/upload/1/"), false);
    assert.deepEqual(statuses, []);
  }
});

test("the server may hold the upload for a minute before it answers", async (context) => {
  const limits = [];
  context.mock.method(AbortSignal, "timeout", (milliseconds) => limits.push(milliseconds) && null);
  statuses = [204];
  await deleteUpload("/upload/1/");
  assert.deepEqual(limits, [LONG_MS]);
});
