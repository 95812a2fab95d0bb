import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { copyText } from "../../video_pages/static/video_pages/js/copy_text.js";

let button;
let source;
let region;
let canCopy;
let selected;

const said = () => new Promise((resolve) => setTimeout(() => resolve(region.textContent), 80));

beforeEach(() => {
  selected = null;
  const made = (name) => ({ name, select() {}, remove() {} });
  const document = {
    createElement: (name) => made(name),
    execCommand: () => canCopy,
  };
  const navigator = { clipboard: { writeText: () => Promise.reject(new Error("not secure")) } };
  for (const [name, value] of Object.entries({ document, navigator })) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  button = {
    childNodes: ["Copy"],
    replaceChildren(...nodes) {
      this.childNodes = nodes;
    },
    dataset: { copied: "Copied", notCopied: "Not copied" },
    focus() {},
    after(element) {
      if (element.role === "status") {
        region = element;
      }
    },
  };
  source = {
    value: "secret",
    focus() {},
    select() {
      selected = this.value;
    },
  };
});

test("a browser that refuses leaves the label, selects the text and says so", async () => {
  canCopy = false;
  assert.equal(await copyText(source, button), false);
  assert.equal(button.childNodes.join(""), "Copy");
  assert.equal(selected, "secret");
  assert.equal(await said(), "Not copied");
  canCopy = true;
  assert.equal(await copyText(source, button), true);
  assert.equal(button.childNodes.join(""), "Copied");
  assert.equal(await said(), "Copied");
  canCopy = false;
  await copyText(source, button);
  assert.equal(button.childNodes.join(""), "Copy");
});

test("what is copied to the clipboard selects nothing", async () => {
  navigator.clipboard.writeText = async () => {};
  assert.equal(await copyText(source, button), true);
  assert.equal(selected, null);
  assert.equal(await said(), "Copied");
});
