import assert from "node:assert/strict";
import { test } from "node:test";
import { copyChanged, isChanged } from "../../video_pages/static/video_pages/js/form_fields.js";

const NOTHING_SENT = new Set();

const text = (name, defaultValue, value = defaultValue) => ({
  name,
  type: "text",
  tagName: "INPUT",
  defaultValue,
  value,
});
const tick = (type, name, value, defaultChecked, checked = defaultChecked) => ({
  ...text(name, value),
  type,
  defaultChecked,
  checked,
});
const select = (name, chosen, byDefault = chosen) => ({
  name,
  type: "select-one",
  tagName: "SELECT",
  value: chosen,
  options: ["a", "b"].map((value) => ({ selected: value === chosen, defaultSelected: value === byDefault })),
});

test("a text field is changed if its text differs from the loaded one", () => {
  assert.equal(isChanged(text("x", "1")), false);
  assert.equal(isChanged(text("x", "1", "2")), true);
});

test("a check box or radio button is changed if it was ticked or cleared", () => {
  assert.equal(isChanged(tick("checkbox", "x", "on", true)), false);
  assert.equal(isChanged(tick("checkbox", "x", "on", true, false)), true);
  assert.equal(isChanged(tick("radio", "x", "1", false, true)), true);
});

test("a select is changed if another option is chosen", () => {
  assert.equal(isChanged(select("x", "a")), false);
  assert.equal(isChanged(select("x", "b", "a")), true);
});

test("changed values are copied, unchanged and sent ones are not", () => {
  const to = [text("changed", "stored"), text("same", "new value of the server"), text("sent", "stored")];
  copyChanged([text("changed", "", "typed"), text("same", ""), text("sent", "", "typed")], to, new Set(["sent"]));
  assert.deepEqual(
    to.map(({ value }) => value),
    ["typed", "new value of the server", "stored"],
  );
});

test("a group of radio buttons is copied as a whole", () => {
  const to = [tick("radio", "unit", "hours", true), tick("radio", "unit", "days", false)];
  copyChanged(
    [tick("radio", "unit", "hours", true, false), tick("radio", "unit", "days", false, true)],
    to,
    NOTHING_SENT,
  );
  assert.deepEqual(
    to.map(({ checked }) => checked),
    [false, true],
  );
});

test("a cleared check box stays cleared", () => {
  const to = [tick("checkbox", "x", "on", true)];
  copyChanged([tick("checkbox", "x", "on", true, false)], to, NOTHING_SENT);
  assert.equal(to[0].checked, false);
});

test("a field that the new form does not have is left out", () => {
  const to = [text("other", "")];
  copyChanged([text("gone", "", "typed")], to, NOTHING_SENT);
  assert.equal(to[0].value, "");
});
