import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  csrfToken,
  fetchFragment,
  fetchJson,
  postFragment,
  postJson,
} from "../../video_pages/static/video_pages/js/admin_requests.js";
import { LONG_MS, PAGE_MS } from "../../video_pages/static/video_pages/js/timed_fetch.js";

let requests;
let response;
let page;

beforeEach(() => {
  requests = [];
  response = { ok: true, status: 200, text: async () => "<p>fragment</p>" };
  page = { cookie: "", input: null };
  globalThis.document = {
    get cookie() {
      return page.cookie;
    },
    querySelector: () => page.input,
  };
  globalThis.fetch = async (url, options) => {
    requests.push({ url, ...options });
    return response;
  };
  // Returns the text itself as the body: Node has no parser of HTML.
  globalThis.DOMParser = class {
    parseFromString(html) {
      return { body: html };
    }
  };
});

test("the token comes from the cookie, else from the form, else it is empty", () => {
  page.input = { value: "from-the-form" };
  assert.equal(csrfToken(), "from-the-form");
  page.cookie = "sessionid=x; csrftoken=from-the-cookie; more=y";
  assert.equal(csrfToken(), "from-the-cookie");
  page.cookie = "notcsrftoken=x";
  page.input = null;
  assert.equal(csrfToken(), "");
});

test("a fragment is requested as a script, without redirects", async () => {
  assert.equal(await fetchFragment("/x/"), "<p>fragment</p>");
  const [{ signal, ...request }] = requests;
  assert.deepEqual(request, { url: "/x/", headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "error" });
  assert.ok(signal); // of its limit in time
});

test("an error status rejects the promise", async () => {
  response = { ok: false, status: 403, text: async () => "<p>login</p>" };
  await assert.rejects(fetchFragment("/x/"), /403/);
});

test("a POST has the token and its body", async () => {
  page.cookie = "csrftoken=token";
  await postFragment("/x/", "body");
  const [{ method, body, headers }] = requests;
  assert.deepEqual([method, body, headers["X-CSRFToken"]], ["POST", "body", "token"]);
  assert.equal(headers["X-Requested-With"], "XMLHttpRequest");
});

test("an answer in JSON is returned with its status, also one that refuses with a message", async () => {
  page.cookie = "csrftoken=fresh";
  for (const status of [200, 409, 422]) {
    response = { ok: status === 200, status, json: async () => ({ message: "said" }) };
    assert.deepEqual(await postJson("/x/", "body"), { status, message: "said" });
  }
  const [{ method, body, headers, redirect }] = requests;
  assert.deepEqual([method, body, headers["X-CSRFToken"], redirect], ["POST", "body", "fresh", "error"]);
  assert.equal(headers.Accept, "application/json");
});

test("what is sent, such as a picture on a slow line, has more time than what is read", async (context) => {
  const limits = [];
  context.mock.method(AbortSignal, "timeout", (milliseconds) => limits.push(milliseconds) && null);
  response = { ok: true, status: 200, json: async () => ({}) };
  await postJson("/x/", "body");
  await fetchJson("/x/");
  assert.deepEqual(limits, [LONG_MS, PAGE_MS]);
});

test("another error status of an answer in JSON rejects", async () => {
  response = { ok: false, status: 403 };
  await assert.rejects(postJson("/x/"), /403/);
});
