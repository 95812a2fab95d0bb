import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Clock } from "./clock.js";
import { Transfer } from "./upload_page.js";

const ENDPOINT = "http://site/admin/uploads/tus/";
const PART = `${ENDPOINT}1/`;
/** The answer of the site while nobody is signed in: a redirect to the login, whose page has the status 200. */
const REDIRECT = Symbol("redirect");

/* The site: what it answers to questions about files, by the method; and the tus client, which a test drives by hand. */
let clock;
let site;
let clients;
let states;
let transfers;
let read;

class Client {
  constructor(file, options) {
    Object.assign(this, { file, options, starts: 0, aborted: false });
    clients.push(this);
  }

  start() {
    this.starts += 1;
  }

  abort() {
    this.aborted = true;
  }

  fail(status, body = "") {
    const response = status ? { getStatus: () => status, getBody: () => body } : null;
    this.options.onError({ originalResponse: response });
  }
}

const answer = (status, data) => ({
  ok: status >= 200 && status < 300,
  status,
  headers: new Headers({ "Content-Type": "application/json" }),
  json: async () => data,
});

/** Let everything that waits for an answer of the site go on. */
async function settle() {
  for (let turn = 0; turn < 20; turn += 1) {
    await null;
  }
}

async function later(seconds) {
  clock.tick(seconds * 1000);
  await settle();
}

async function begin(name = "film.mp4", options = {}) {
  const transfer = new Transfer(
    { name, size: 1000, lastModified: 1, slice: () => ({ arrayBuffer: async () => read() }) },
    { endpoint: ENDPOINT, onChange: ({ state }) => states.push(state), ...options },
  );
  transfers.push(transfer);
  transfer.start();
  await settle();
  return transfer;
}

beforeEach(() => {
  site = { asked: [], answers: [], found: [] };
  clients = [];
  states = [];
  transfers = [];
  read = () => new ArrayBuffer(1);
  clock = new Clock();
  clock.start();
  globalThis.tus = { Upload: Client };
  globalThis.fetch = async (url, { method = "GET", redirect = "follow" } = {}) => {
    site.asked.push(`${method} ${url}`);
    const next = site.answers.shift() ?? answer(200, { uploads: site.found });
    if (next === REDIRECT) {
      return redirect === "manual" ? { ok: false, status: 0, headers: new Headers() } : answer(200, { uploads: [] });
    }
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
});

afterEach(async () => {
  for (const transfer of transfers) {
    transfer.url = null;
    await transfer.remove();
  }
  clock.stop();
});

test("a new file is sent from its beginning", async () => {
  const transfer = await begin();
  assert.deepEqual(states, ["lookup", "queued", "uploading"]);
  assert.equal(transfer.client.url, null);
  assert.equal(clients[0].starts, 1);
  const query = new URL(site.asked[0].slice(4)).searchParams;
  assert.deepEqual([query.get("size"), query.get("fingerprint")], ["1000", transfer.fingerprint]);
});

test("a file of which the site has a part goes on there", async () => {
  site.found = [{ url: PART, offset: 400 }];
  const transfer = await begin();
  assert.equal(transfer.client.url, PART);
  assert.deepEqual([transfer.sent, transfer.resumedAt], [400, 400]);
});

test("three files are uploaded at once, and the next one when one is complete", async () => {
  for (const name of ["a", "b", "c", "d"]) {
    await begin(name);
  }
  assert.deepEqual(
    transfers.map(({ state }) => state),
    ["uploading", "uploading", "uploading", "queued"],
  );
  site.answers = [answer(200, { state: "uploading" })];
  clients[0].options.onSuccess();
  assert.equal(transfers[3].state, "uploading");
});

test("a broken line is tried again, after longer and longer pauses", async () => {
  const transfer = await begin();
  for (const seconds of [1, 2, 4, 8, 15, 30, 30]) {
    clients[0].fail(0);
    await settle();
    assert.deepEqual([transfer.state, transfer.problem], ["waiting", "network"]);
    await later(seconds - 0.1);
    assert.equal(transfer.state, "waiting", `${seconds} s`);
    await later(0.1);
    assert.equal(transfer.state, "uploading", `${seconds} s`);
  }
});

test("a file that was moved or changed is refused, and waits for no network", async () => {
  const transfer = await begin();
  read = () => Promise.reject(new DOMException("gone", "NotReadableError"));
  clients[0].fail(0);
  transfer.pause();
  await settle();
  assert.equal(transfer.state, "paused"); // pressed while the browser reads
  transfer.resume();
  await settle();
  clients[0].fail(0);
  await settle();
  assert.deepEqual([transfer.state, transfer.problem, transfer.reason], ["refused", "moved", ""]);
  await later(60);
  assert.equal(transfer.state, "refused");
});

test("a page that is no answer of the site is asked for again", async () => {
  const portal = { ok: true, status: 200, headers: new Headers({ "Content-Type": "text/html" }) };
  site.answers.push(portal);
  const transfer = await begin();
  assert.deepEqual([transfer.state, transfer.problem], ["waiting", "network"]);
  await later(1);
  assert.equal(transfer.state, "uploading");
});

test("bytes that come through make the pauses short again", async () => {
  const transfer = await begin();
  for (const seconds of [1, 2, 4]) {
    clients[0].fail(502);
    await later(seconds);
  }
  transfer.progress(10);
  clients[0].fail(502);
  assert.equal(transfer.problem, "server");
  await later(1);
  assert.equal(transfer.state, "uploading");
});

test("a network that is back ends the wait", async () => {
  const transfer = await begin();
  for (let tries = 0; tries < 3; tries += 1) {
    clients[0].fail(0);
    await settle();
    if (tries < 2) {
      await later(4);
    }
  }
  window.dispatchEvent(new Event("online"));
  await settle();
  assert.equal(transfer.state, "uploading");
});

test("without a login the file waits, and its problem says so", async () => {
  const transfer = await begin();
  clients[0].fail(403);
  assert.deepEqual([transfer.state, transfer.problem], ["waiting", "signedOut"]);
});

test("a question that is redirected to the login waits for it", async () => {
  site.answers = [REDIRECT];
  const transfer = await begin();
  assert.deepEqual([transfer.state, transfer.problem], ["waiting", "signedOut"]);
  await later(4);
  assert.equal(transfer.state, "uploading");
});

test("a refused file says why, and is not tried again", async () => {
  const transfer = await begin();
  clients[0].fail(413, JSON.stringify({ reason: "Too large." }));
  assert.deepEqual([transfer.state, transfer.reason, transfer.status], ["refused", "Too large.", 413]);
  await later(60);
  assert.equal(transfer.state, "refused");
});

test("a refusal by a proxy has a status and no reason", async () => {
  const transfer = await begin();
  clients[0].fail(413, "<html>nginx</html>");
  assert.deepEqual([transfer.state, transfer.reason, transfer.status], ["refused", "", 413]);
});

test("where the site knows better it is asked anew, but not for ever", async () => {
  const transfer = await begin();
  for (let tries = 1; tries <= 8; tries += 1) {
    clients[0].fail(409);
    assert.equal(transfer.state, "waiting", `try ${tries}`);
    await later(1);
  }
  clients[0].fail(409);
  assert.equal(transfer.state, "refused");
});

test("a part that the site has removed is begun anew", async () => {
  site.found = [{ url: PART, offset: 400 }];
  const transfer = await begin();
  const gone = { getStatus: () => 404 };
  clients[0].options.onAfterResponse({ getMethod: () => "HEAD" }, gone);
  assert.equal(transfer.url, null);
});

test("the speed is that of the last seconds", async () => {
  const transfer = await begin();
  assert.equal(transfer.speed, 0);
  for (let second = 0; second <= 20; second += 1) {
    transfer.progress(second < 10 ? second * 10 : 100 + (second - 10) * 50);
    await later(1);
  }
  assert.equal(transfer.speed, 50);
});

test("a pause stops the bytes, and going on asks where the site is", async () => {
  const transfer = await begin();
  transfer.pause();
  assert.equal(clients[0].aborted, true);
  clients[0].fail(0);
  assert.equal(transfer.state, "paused");
  site.found = [{ url: PART, offset: 700 }];
  transfer.resume();
  await settle();
  assert.deepEqual([transfer.state, transfer.sent, transfer.client.url], ["uploading", 700, PART]);
});

test("a file that is there is looked into until the site has decided", async () => {
  const transfer = await begin();
  clients[0].url = PART;
  site.answers = [
    answer(200, { state: "inspecting" }),
    answer(503, {}),
    new Error("no network"),
    answer(200, { state: "ready", token: "signed" }),
  ];
  clients[0].options.onSuccess();
  await settle();
  assert.deepEqual([transfer.state, transfer.sent], ["inspecting", 1000]);
  for (let look = 0; look < 3; look += 1) {
    await later(1.5);
  }
  assert.deepEqual([transfer.state, transfer.token], ["ready", "signed"]);
});

test("a file that the site refuses after looking into it says why", async () => {
  const transfer = await begin();
  site.answers = [answer(200, { state: "refused", reason: "Not a film." })];
  clients[0].options.onSuccess();
  await settle();
  assert.deepEqual([transfer.state, transfer.reason], ["refused", "Not a film."]);
});

test("removing a file deletes its part, again while the site still holds it", async () => {
  const transfer = await begin();
  transfer.url = PART;
  site.asked.length = 0;
  site.answers = [answer(423, {}), answer(204, {})];
  const removed = transfer.remove();
  await later(0);
  await later(0.5);
  await removed;
  assert.deepEqual(site.asked, [`DELETE ${PART}`, `DELETE ${PART}`]);
  assert.equal(transfer.state, "removed");
});
