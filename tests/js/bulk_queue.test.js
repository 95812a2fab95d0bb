import assert from "node:assert/strict";
import { test } from "node:test";
import { BulkQueue } from "../../video_pages/static/video_pages/js/bulk_queue.js";

const answer = (done, { again = [], lines = [] } = {}) => ({ done, again, lines });

test("batches have the given size, and the last one has the rest", () => {
  const queue = new BulkQueue(["1", "2", "3"]);
  assert.deepEqual(queue.next(2), ["1", "2"]);
  assert.equal(queue.record(["1", "2"], answer([1, 2])), false);
  assert.deepEqual(queue.next(2), ["3"]);
  queue.record(["3"], answer([3]));
  assert.deepEqual([queue.left, queue.processed, queue.done], [[], 3, 3]);
});

test("a batch that is not recorded is sent again", () => {
  const queue = new BulkQueue(["1", "2"]);
  assert.deepEqual(queue.next(1), queue.next(1));
  assert.equal(queue.processed, 0);
});

test("videos that the server did not reach follow at the end", () => {
  const queue = new BulkQueue(["1", "2", "3", "4"]);
  assert.equal(queue.record(["1", "2"], answer([1], { again: [2] })), false);
  assert.deepEqual([queue.left, queue.processed], [["3", "4", "2"], 2 - 1]);
});

test("the server is busy if it processed no video of a batch", () => {
  const queue = new BulkQueue(["1", "2"]);
  assert.equal(queue.record(["1", "2"], answer([], { again: [1, 2] })), true);
  assert.deepEqual(queue.left, ["1", "2"]);
});

test("videos that are left out are processed and not done", () => {
  const queue = new BulkQueue(["1", "2"]);
  queue.record(["1", "2"], answer([2]));
  assert.equal(queue.describe("Done: %(done)s of %(all)s."), "Done: 1 of 2.");
  assert.equal(queue.processed, 2);
});

test("the list has a byte order mark, a header and one line for each video", () => {
  const queue = new BulkQueue(["1", "2"]);
  queue.record(["1"], answer([1], { lines: ["a;1"] }));
  queue.record(["2"], answer([2], { lines: ["b;2"] }));
  assert.equal(queue.csv("title;password"), "\ufefftitle;password\r\na;1\r\nb;2\r\n");
});
