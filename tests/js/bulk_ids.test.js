import assert from "node:assert/strict";
import { test } from "node:test";
import { loadIds } from "../../video_pages/static/video_pages/js/bulk_ids.js";

const ACTION = "https://example.org/admin/bulk/unpublish/?id=all&listed=nowhere&live=True";

/** Have the server answer the next request with `status` and `data`; return the list of addresses that are requested. */
function answerWith(status, data) {
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    return new Response(JSON.stringify(data), { status });
  };
  return asked;
}

test("the ids are asked for with every filter of the list, and the digest beside them", async () => {
  const asked = answerWith(200, { ids: [3, 5] });
  assert.deepEqual(await loadIds(ACTION, "d1"), ["3", "5"]);
  assert.deepEqual(asked, [`${ACTION}&list_digest=d1`]);
});

test("a list that has changed has no ids", async () => {
  answerWith(409, {});
  assert.equal(await loadIds(ACTION, "d1"), null);
});

test("any other answer is a fault, not a changed list", async () => {
  for (const status of [403, 404, 500, 503]) {
    answerWith(status, {});
    await assert.rejects(loadIds(ACTION, "d1"), /status/u);
  }
  globalThis.fetch = () => Promise.reject(new TypeError("no network"));
  await assert.rejects(loadIds(ACTION, "d1"), TypeError);
});
