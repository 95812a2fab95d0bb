import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Clock } from "./clock.js";
import "./upload_page.js";

document.baseURI = "http://site/admin/videos/upload/";
const { PartUpload } = await import("../../video_pages/static/video_pages/js/upload_parts.js");

const ENDPOINT = "http://site/admin/uploads/tus/";
const UPLOAD = `${ENDPOINT}1/`;
const SIZE = 25; // three parts of 10 bytes

/* The site and the bucket: what they were asked, what they answer; requests for parts wait until a test answers them. */
let clock;
let asked;
let answers;
let sent;
let puts;
let ends;
let uploads;

const json = (status, data = {}, headers = {}) => ({
  ok: status < 300,
  status,
  headers: new Headers({ "Content-Type": "application/json", ...headers }),
  json: async () => data,
  text: async () => JSON.stringify(data),
});

class Put {
  constructor() {
    this.upload = new EventTarget();
    this.events = new EventTarget();
    this.status = 0;
    this.etag = null;
    puts.push(this);
  }

  addEventListener(...listener) {
    this.events.addEventListener(...listener);
  }

  open(method, address) {
    Object.assign(this, { method, number: Number(new URL(address).searchParams.get("part")), address });
  }

  send(blob) {
    this.size = blob.size;
  }

  progress(loaded) {
    this.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded }));
  }

  answer(status, etag = '"tag"') {
    Object.assign(this, { status, etag, isDone: true });
    this.events.dispatchEvent(new Event("loadend"));
  }

  abort() {
    this.isAborted = true;
    this.answer(0, null);
  }

  getResponseHeader(name) {
    return name === "ETag" ? this.etag : null;
  }
}

async function settle() {
  for (let turn = 0; turn < 60; turn += 1) {
    await null;
  }
}

async function later(seconds) {
  clock.tick(seconds * 1000);
  await settle();
}

const open = () => puts.filter((put) => !put.isDone).map((put) => put.number);
const questions = (name) => asked.filter(([address]) => address.endsWith(name)).map(([, data]) => data);

async function begin({ url = null, size = SIZE, former = null } = {}) {
  const file = { size, slice: (from, to) => ({ size: Math.min(to, size) - from }) };
  const upload = new PartUpload(
    file,
    {
      endpoint: ENDPOINT,
      metadata: { filename: "Kürze.mp4" },
      onUploadUrlAvailable: () => ends.push("available"),
      onProgress: (bytes) => ends.push(bytes),
      onSuccess: () => ends.push("success"),
      onError: (failure) => ends.push(failure),
      onLeave: () => ends.push("leave"),
    },
    former,
  );
  upload.url = url;
  uploads.push(upload);
  upload.start();
  await settle();
  return upload;
}

beforeEach(() => {
  [asked, answers, sent, puts, ends, uploads] = [[], {}, [], [], [], []];
  clock = new Clock();
  clock.start();
  globalThis.XMLHttpRequest = Put;
  globalThis.fetch = async (url, { body, headers }) => {
    asked.push([url, body ? JSON.parse(body) : headers]);
    const name = url === ENDPOINT ? "announce" : url.split("/").at(-2);
    const next = answers[name]?.shift();
    if (next) {
      return next;
    }
    if (name === "announce") {
      return json(201, {}, { Location: "/admin/uploads/tus/1/" });
    }
    if (name === "parts") {
      const { numbers } = JSON.parse(body);
      const address = (number) => [number, `http://bucket/key?part=${number}&signed=${asked.length}`];
      return json(200, { part_bytes: 10, sent, seconds: 600, addresses: Object.fromEntries(numbers.map(address)) });
    }
    return json(200, { state: "inspecting" });
  };
});

afterEach(async () => {
  for (const upload of uploads) {
    upload.abort();
  }
  await settle();
  clock.stop();
});

test("a new file is announced, its first part is sent alone, then the others at once", async () => {
  const upload = await begin();
  assert.equal(upload.url, UPLOAD);
  assert.equal(asked[0][1]["Upload-Length"], SIZE);
  assert.equal(atob(asked[0][1]["Upload-Metadata"].split(" ")[1]), "KÃ¼rze.mp4");
  assert.deepEqual(open(), [1]);
  puts[0].answer(200);
  await settle();
  assert.deepEqual(open(), [2, 3]);
  puts[2].answer(200);
  puts[1].answer(200);
  await settle();
  assert.deepEqual(
    puts.map(({ size }) => size),
    [10, 10, 5],
  );
  assert.equal(ends.at(-1), "success");
  assert.equal(questions("/complete/").length, 1);
});

test("the parts that the bucket has are not sent again", async () => {
  sent = [1, 3];
  await begin({ url: UPLOAD });
  assert.deepEqual(open(), [2]);
  assert.deepEqual(ends, [15]);
  puts[0].progress(4);
  assert.equal(ends.at(-1), 19);
  puts[0].answer(200);
  await settle();
  assert.deepEqual(ends.slice(-2), [25, "success"]);
});

test("four parts of all files are sent at once, and one question brings the addresses of eight", async () => {
  await begin({ url: UPLOAD, size: 200 });
  puts[0].answer(200);
  await settle();
  await begin({ url: `${ENDPOINT}2/`, size: 200 });
  assert.deepEqual(open(), [2, 3, 4, 5]);
  puts[1].answer(200);
  await settle();
  assert.deepEqual(open(), [3, 4, 5, 1], "the other file had waited longest");
  assert.deepEqual(questions("1/parts/"), [{ numbers: [] }, { numbers: [1, 2, 3, 4, 5, 6, 7, 8] }]);
});

test("a part that the bucket refuses or fails is sent again with a fresh signature", async () => {
  await begin();
  puts[0].answer(200);
  await settle();
  const first = puts[1].address;
  puts[1].answer(403);
  puts[2].answer(500);
  await settle();
  assert.deepEqual(open(), []);
  await later(1);
  assert.deepEqual(open(), [2, 3]);
  assert.notEqual(puts[3].address, first);
  assert.equal(questions("/leave/").length, 0);
});

test("a part without a byte for half a minute is sent again, and its bytes do not count", async () => {
  await begin();
  puts[0].answer(200);
  await settle();
  puts[1].progress(5);
  puts[2].answer(200);
  await settle();
  assert.equal(ends.at(-1), 20);
  await later(29);
  puts[1].progress(6);
  await later(29);
  assert.ok(!puts[1].isAborted);
  await later(1);
  assert.ok(puts[1].isAborted);
  assert.equal(ends.at(-1), 15);
  await later(1);
  assert.deepEqual(open(), [2]);
});

test("after three tries of a part the transfer hears why, when the parts in progress are done", async () => {
  await begin();
  puts[0].answer(200);
  await settle();
  for (let tries = 0; tries < 3; tries += 1) {
    puts.find((put) => put.number === 2 && !put.isDone).answer(503);
    await settle();
    await later(2);
  }
  assert.deepEqual(open(), [3]);
  puts[2].answer(200);
  await settle();
  const failure = ends.at(-1);
  assert.deepEqual([failure.isOfBucket, failure.originalResponse.getStatus()], [true, 503]);
});

for (const [name, status, etag, refusal] of [
  ["that can't be sent", 0, null, "status 0"],
  ["that the bucket refuses", 403, null, "status 403"],
  ["whose answer shows no ETag", 200, null, "an answer without the ETag header"],
]) {
  test(`a first part ${name} lets the file go through the server`, async () => {
    await begin();
    puts[0].answer(status, etag);
    await settle();
    await later(1);
    puts[1].answer(status, etag);
    await settle();
    assert.deepEqual(questions("/leave/"), [{ problem: refusal }]);
    assert.equal(ends.at(-1), "leave");
  });
}

test("a bucket that fails, or a network that is away, is waited for", async () => {
  await begin();
  puts[0].answer(503);
  await settle();
  await later(1);
  puts[1].answer(503);
  await settle();
  assert.equal(ends.at(-1).status, 503);
  assert.equal(questions("/leave/").length, 0);
  globalThis.fetch = async () => {
    throw new TypeError("offline");
  };
  await begin({ url: UPLOAD });
  assert.deepEqual([ends.at(-1).status, ends.at(-1).isOfBucket], [0, false]);
});

test("a file of which the bucket has parts waits for it, and does not begin anew", async () => {
  sent = [1];
  await begin({ url: UPLOAD });
  for (let tries = 0; tries < 3; tries += 1) {
    puts.at(-1).answer(0, null);
    await settle();
    await later(2);
  }
  assert.equal(questions("/leave/").length, 0);
  assert.equal(ends.at(-1).isOfBucket, true);
});

test("a later try of the same file knows that the bucket was reached", async () => {
  const former = await begin();
  puts[0].answer(200);
  await settle();
  await begin({ url: UPLOAD, former });
  assert.ok(former.signal.aborted && puts[1].isAborted);
  const now = open();
  assert.deepEqual(now, [1, 2, 3], "the parts are sent at once");
});

test("an upload that the site sends another way does so without a word to the operator", async () => {
  answers.parts = [json(409, { code: "not_direct" })];
  await begin();
  assert.deepEqual([ends.at(-1), questions("/leave/").length], ["leave", 0]);
});

test("an upload that is gone is said so, and parts that did not arrive are looked for again", async () => {
  answers.parts = [json(410)];
  await begin({ url: UPLOAD });
  assert.equal(ends.at(-1).isGone, true);
  sent = [1, 2, 3];
  answers.complete = [json(409, { code: "parts_missing" })];
  await begin({ url: UPLOAD });
  assert.equal(ends.at(-1).originalResponse.getStatus(), 409);
});

test("an answer that breaks off, or is none of the site, is a failure that is tried again", async () => {
  const broken = { ...json(200), json: async () => Promise.reject(new TypeError("network error")) };
  broken.text = broken.json;
  const portal = { ...json(200, {}, { "Content-Type": "text/html" }), text: async () => "<p>Sign in</p>" };
  const cases = [
    ["parts", broken],
    ["complete", broken],
    ["parts", portal],
    ["complete", portal],
    ["parts", json(200)], // JSON of somebody else
  ];
  sent = [1, 2, 3];
  for (const [name, answer] of cases) {
    answers[name] = [answer];
    await begin({ url: UPLOAD });
    const failure = ends.pop();
    assert.deepEqual([failure.status, failure.originalResponse], [0, null], name);
  }
});

test("a pause stops the parts and says nothing", async () => {
  const upload = await begin();
  const said = ends.length;
  upload.abort();
  await settle();
  assert.deepEqual([puts[0].isAborted, ends.length], [true, said]);
});

test("an upload that has become a file already is complete", async () => {
  answers.parts = [json(200, { state: "ready" })];
  await begin({ url: UPLOAD });
  assert.deepEqual([ends.at(-1), puts.length], ["success", 0]);
});
