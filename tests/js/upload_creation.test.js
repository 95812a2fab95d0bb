import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Creation } from "../../video_pages/static/video_pages/js/upload_creation.js";
import { Clock } from "./clock.js";

const MESSAGES = {
  notSaved: "Not saved.",
  chooseFile: "Choose a file.",
  checking: "Checking.",
  checkingShort: "Checking",
  uploading: "Uploading",
  unreachable: "No answer.",
  serverError: "Error {status}.",
  createOne: "Create",
  createMany: { 1: "Create {count}", 2: "Create {count}" },
  creatingShort: { 1: "Creating", 2: "Creating" },
  creatingMany: { 1: "Creating {count}.", 2: "Creating {count}." },
  leave: "To the list",
  madeMany: { 1: "{count} made.", 2: "{count} made." },
  comma: "、",
  leftOut: { 1: "Left out: {names}.", 2: "Left out: {names}." },
  waitMany: { 1: "Waiting for {count}.", 2: "Waiting for {count}." },
};

let clock;
let requests;
let answers;
let address;

/** The parts of an element that Creation and its imports use. */
const makeElement = () => ({
  style: {},
  append() {},
  setAttribute() {},
  focus() {},
  scrollIntoView() {},
  compareDocumentPosition: () => 4,
});

class TestRow {
  creation = "";
  problem = "";
  element = makeElement();
  fields = { querySelectorAll: () => [] };

  constructor(name, transferState) {
    this.file = { name, size: 1 };
    this.transfer = { state: transferState, token: `token of ${name}` };
  }

  get state() {
    return ["saving", "saved"].includes(this.creation) ? this.creation : this.transfer.state;
  }

  setCreation(creation) {
    this.creation = creation;
  }

  showProblem(text) {
    this.problem = text;
  }
}

function makeScreen(...rows) {
  const input = { ...makeElement(), name: "video_file", dataset: { tokenName: "upload_token" }, closest: () => null };
  const elements = Object.assign([], { namedItem: () => null });
  const form = {
    action: "/upload/",
    elements,
    querySelector: () => null,
    querySelectorAll: () => [],
    removeAttribute() {},
  };
  return {
    form,
    input,
    rows,
    messages: MESSAGES,
    get goodRows() {
      return this.rows.filter((row) => row.state !== "refused");
    },
    get refusedRows() {
      return this.rows.filter((row) => row.state === "refused");
    },
    get savedRows() {
      return this.rows.filter((row) => row.state === "saved");
    },
    get pendingRows() {
      return this.goodRows.filter((row) => row.state !== "saved");
    },
    get isDone() {
      return this.savedRows.length > 0 && !this.pendingRows.length;
    },
    dataOf: (row, values) => `${row.file.name} ${values.check ? "check" : values.upload_token}`,
    arrange() {},
    nextAddress() {
      return this.leadsTo;
    },
  };
}

const response = (status, data) => ({
  status,
  headers: new Headers(data ? { "Content-Type": "application/json" } : {}),
  text: async () => (data ? JSON.stringify(data) : ""),
});
const checked = () => response(204);
const created = (page) => response(200, { leads_to: `/videos/${page}/`, page });

async function settle() {
  for (let turn = 0; turn < 40; turn += 1) {
    await null;
  }
}

/** Press the button, and let everything happen that needs no further file. */
async function press(creation) {
  creation.begin();
  await settle();
  clock.tick(1000);
  await settle();
}

beforeEach(() => {
  clock = new Clock();
  clock.start();
  requests = [];
  answers = [];
  address = null;
  globalThis.document = {
    cookie: "",
    documentElement: { lang: "en" },
    createElement: makeElement,
    querySelector: () => null,
    querySelectorAll: () => [],
  };
  globalThis.window = { location: { assign: (url) => (address = url) } };
  globalThis.RadioNodeList = class {};
  globalThis.Node = { DOCUMENT_POSITION_FOLLOWING: 4 };
  globalThis.fetch = async (_url, { body }) => {
    requests.push(body);
    const answer = answers.shift();
    if (!answer) {
      throw new TypeError("Failed to fetch");
    }
    return answer;
  };
});

afterEach(() => clock.stop());

test("all rows are checked, then the video of a complete file is created", async () => {
  const creation = new Creation(makeScreen(new TestRow("a", "ready")));
  answers = [checked(), created(7)];
  await press(creation);
  assert.deepEqual(requests, ["a check", "a token of a"]);
  assert.deepEqual([creation.state, address], ["leaving", "/videos/7/"]);
});

test("videos are created as their files are complete", async () => {
  const [first, second] = [new TestRow("a", "uploading"), new TestRow("b", "ready")];
  const creation = new Creation(makeScreen(first, second));
  answers = [checked(), checked(), created(8), created(7)];
  await press(creation);
  assert.deepEqual(requests, ["a check", "b check", "b token of b"]);
  assert.deepEqual([creation.state, creation.notice.textContent], ["uploading", "Waiting for 1."]);
  first.transfer.state = "ready";
  await creation.proceed();
  assert.deepEqual([creation.state, address], ["leaving", "/videos/7/"]);
});

test("a file that is complete while the form is checked waits for the check", async () => {
  const row = new TestRow("a", "uploading");
  const creation = new Creation(makeScreen(row));
  creation.begin();
  await settle();
  row.transfer.state = "ready";
  await creation.proceed();
  assert.deepEqual([creation.state, requests], ["checking", []]);
});

test("without a file, or with refused ones alone, nothing is sent", async () => {
  for (const rows of [[], [new TestRow("a", "refused")]]) {
    const creation = new Creation(makeScreen(...rows));
    await press(creation);
    assert.deepEqual([creation.state, creation.notice.textContent, requests], ["idle", "Not saved.", []]);
  }
});

test("all rows are checked, their errors are shown at once, and none is requested", async () => {
  const [first, second, third] = ["a", "b", "c"].map((name) => new TestRow(name, "ready"));
  const creation = new Creation(makeScreen(first, second, third));
  const wrong = () => response(422, { errors: { title: [{ message: "Too long." }] } });
  answers = [wrong(), checked(), wrong()];
  await press(creation);
  assert.deepEqual([creation.state, creation.notice.textContent], ["idle", "Not saved."]);
  assert.deepEqual(
    [first, second, third].map((row) => [row.creation, row.problem]),
    [
      ["", "Too long."],
      ["", ""],
      ["", "Too long."],
    ],
  );
});

test("refused files stop no other: they are named, and the next press leaves", async () => {
  const creation = new Creation(
    makeScreen(...["a", "c"].map((name) => new TestRow(name, "refused")), new TestRow("b", "ready")),
  );
  answers = [checked(), created(7)];
  await press(creation);
  assert.deepEqual(requests, ["b check", "b token of b"]);
  assert.deepEqual([creation.state, creation.notice.textContent, address], ["idle", "1 made. Left out: a、c.", null]);
  await press(creation);
  assert.deepEqual([creation.state, address, requests.length], ["leaving", "/videos/7/", 2]);
});

test("a server that fails keeps the form, and the next press goes on", async () => {
  const row = new TestRow("a", "ready");
  const creation = new Creation(makeScreen(row));
  answers = [checked(), response(500)];
  await press(creation);
  assert.deepEqual([creation.state, creation.notice.textContent, row.creation], ["idle", "Error 500.", ""]);
  answers = [checked(), created(7)];
  await press(creation);
  assert.equal(address, "/videos/7/");
});

test("a page of a proxy with the status of refused fields keeps the form, at the check and at the creation", async () => {
  const page = {
    ...response(422),
    headers: new Headers({ "Content-Type": "text/html" }),
    text: async () => "<p>no</p>",
  };
  for (const before of [[], [checked()]]) {
    const row = new TestRow("a", "ready");
    const creation = new Creation(makeScreen(row));
    answers = [...before, page];
    await press(creation);
    assert.deepEqual([creation.state, creation.notice.textContent, row.creation], ["idle", "Error 422.", ""]);
  }
});

test("a lost connection has a message of its own", async () => {
  const creation = new Creation(makeScreen(new TestRow("a", "ready")));
  answers = [checked()];
  await press(creation);
  assert.deepEqual([creation.state, creation.notice.textContent], ["idle", "No answer."]);
});

test("a file that is refused after the check is left out", async () => {
  const [first, second] = [new TestRow("a", "uploading"), new TestRow("b", "ready")];
  const creation = new Creation(makeScreen(first, second));
  answers = [checked(), checked(), created(8)];
  await press(creation);
  first.transfer.state = "refused";
  await creation.proceed();
  assert.deepEqual([creation.state, creation.notice.textContent, address], ["idle", "1 made. Left out: a.", null]);
});

test("the message to send is kept for the list while a file that is left out keeps the page open", async () => {
  const stored = new Map();
  globalThis.sessionStorage = { setItem: (key, text) => stored.set(key, text) };
  const [first, second] = [new TestRow("a", "uploading"), new TestRow("b", "ready")];
  const creation = new Creation(makeScreen(first, second));
  answers = [checked(), checked(), response(200, { leads_to: "/videos/", page: 8, message: "Password: x" })];
  await press(creation);
  first.transfer.state = "refused";
  await creation.proceed();
  delete globalThis.sessionStorage;
  assert.equal(address, null);
  assert.deepEqual([...stored.values()], ['["Password: x"]']);
});
