import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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
  const answer = await timedFetch(`${address}/part`, {}, 1000);
  await assert.rejects(answer.text(), { name: "TimeoutError" });
});

test("a request ends by the signal of its caller too, before the limit and after the first bytes", async () => {
  for (const path of ["nothing", "part"]) {
    const caller = new AbortController();
    const whole = timedFetch(`${address}/${path}`, { signal: caller.signal }, 5000).then((answer) => answer.text());
    setTimeout(() => caller.abort(), 100);
    await assert.rejects(whole, { name: "AbortError" });
    await assert.rejects(timedFetch(`${address}/`, { signal: caller.signal }, 5000), { name: "AbortError" });
  }
  const open = new AbortController();
  await assert.rejects(timedFetch(`${address}/nothing`, { signal: open.signal }, 100), { name: "TimeoutError" });
  assert.equal(await (await timedFetch(`${address}/`, { signal: open.signal }, 5000)).text(), "whole");
});

test("no script of the admin asks without a limit", () => {
  const scripts = new URL("../../video_pages/static/video_pages/js/", import.meta.url);
  const names = readdirSync(scripts).filter((name) => name.endsWith(".js"));
  const untimed = names.filter((name) =>
    /(?<![\w.])fetch\((?!.*signal)/u.test(readFileSync(new URL(name, scripts), "utf8")),
  );
  assert.deepEqual(untimed, ["player_watch_reports.js"]); // nobody waits for its answer
});

test("of a promise the first counts: its result, its failure, or the time", async () => {
  assert.equal(await within(5000, Promise.resolve("there")), "there");
  await assert.rejects(within(5000, Promise.reject(new Error("broken"))), { message: "broken" });
  await assert.rejects(within(10, new Promise(() => {})), { message: "no answer" });
});
