import assert from "node:assert/strict";
import { test } from "node:test";
import { failureMessage, postForm } from "../../video_pages/static/video_pages/js/upload_form.js";

const MESSAGES = { unreachable: "No answer.", signedOutForm: "Log in.", serverError: "Error {status}." };
const FORM = { action: "/upload/" };

test("each failure has a message of its own", () => {
  assert.deepEqual(
    [0, 403, 500].map((status) => failureMessage(status, MESSAGES)),
    ["No answer.", "Log in.", "Error 500."],
  );
});

test("a form is posted as a script that expects JSON", async () => {
  let request;
  globalThis.fetch = async (url, options) => {
    request = { url, ...options };
    return { status: 422, headers: new Headers({ "Content-Type": "application/json" }), text: async () => "{}" };
  };
  assert.deepEqual(await postForm(FORM, "data"), { status: 422, type: "application/json", text: "{}" });
  assert.deepEqual([request.url, request.method, request.body], ["/upload/", "POST", "data"]);
  assert.deepEqual(request.headers, { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" });
});

test("a lost connection is the status 0", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  assert.deepEqual(await postForm(FORM, "data"), { status: 0, type: "", text: "" });
});
