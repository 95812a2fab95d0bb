import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { timedFetch, within } from "../../video_pages/static/video_pages/js/timed_fetch.js";

let server;
let address;

before(async () => {
  // A server that answers "/", sends a part of "/part", and nothing else.
  server = createServer((request, response) => {
    if (request.url === "/") {
      response.end("whole");
    } else if (request.url === "/part") {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("part");
    }
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  address = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

test("an answer is that of fetch, with its options", async () => {
  const answer = await timedFetch(`${address}/`, { method: "POST", body: "x" }, 5000);
  assert.equal(await answer.text(), "whole");
});

test("a server that never answers is given up", async () => {
  await assert.rejects(timedFetch(`${address}/nothing`, {}, 100), { name: "TimeoutError" });
});

test("an answer that never comes to its end is given up", async () => {
  const answer = await timedFetch(`${address}/part`, {}, 200);
  await assert.rejects(answer.text(), { name: "TimeoutError" });
});

test("of a promise the first counts: its result, its failure, or the time", async () => {
  assert.equal(await within(5000, Promise.resolve("there")), "there");
  await assert.rejects(within(5000, Promise.reject(new Error("broken"))), { message: "broken" });
  await assert.rejects(within(10, new Promise(() => {})), { message: "no answer" });
});
