import assert from "node:assert/strict";
import { test } from "node:test";
import { digitsOf, readLook } from "../../home/static/home/js/look_colours.js";

test("the colours by day and by night are those of the style sheet", () => {
  const text = `:root {
  --lamp: light-dark(#7b6600, #ffd400);
  --lamp-fill: #ffd400;
  --on-lamp: #1c0d05;
  --lamp-edge: light-dark(#7b6600, transparent);
  --on-screen-lamp: #00aa55;
}\n`;
  assert.deepEqual(readLook(text), {
    day: { link: "#7b6600", fill: "#ffd400", text: "#1c0d05", edge: "#7b6600" },
    night: { link: "#ffd400", fill: "#ffd400", text: "#1c0d05", edge: "transparent" },
  });
  assert.equal(readLook("<p>Not found</p>"), null);
});

test("a colour is six digits, with or without a sign before them", () => {
  assert.equal(digitsOf(" #B3431E "), "b3431e");
  assert.equal(digitsOf("b3431e"), "b3431e");
  for (const text of ["", "#12", "red", "#12345g", "#1234567"]) {
    assert.equal(digitsOf(text), "");
  }
});
