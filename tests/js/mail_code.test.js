import assert from "node:assert/strict";
import { test } from "node:test";

const events = new EventTarget();
globalThis.window = events;
globalThis.DOMParser = class {};
const forms = [];
globalThis.document = { querySelectorAll: () => forms };
const { bindMailCode } = await import("../../video_pages/static/video_pages/js/mail_code.js");

test("a form that comes back from the cache of the browser sends again", async () => {
  const form = Object.assign(new EventTarget(), { dataset: {}, querySelector: () => ({ dataset: {} }) });
  forms.push(form);
  let sent = 0;
  const press = () => form.dispatchEvent(new Event("submit", { cancelable: true }));
  bindMailCode(async () => {
    sent += 1;
  });
  press();
  press();
  assert.equal(sent, 1);
  events.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
  press();
  assert.equal(sent, 1);
  events.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  press();
  assert.equal(sent, 2);
});
