import assert from "node:assert/strict";
import { test } from "node:test";

import { CaptionDocument } from "../../video_pages/static/video_pages/js/caption_document.js";
import { Drafts } from "../../video_pages/static/video_pages/js/caption_drafts.js";
import { commandOf, nameKeys } from "../../video_pages/static/video_pages/js/caption_keys.js";
import { mapWords, plain, shown, splitText, stored } from "../../video_pages/static/video_pages/js/caption_text.js";
import { fullTime, readTime, shortTime } from "../../video_pages/static/video_pages/js/caption_times.js";
import { typedSeconds } from "../../video_pages/static/video_pages/js/caption_tools.js";
import { parseVtt, writeSrt, writeVtt } from "../../video_pages/static/video_pages/js/caption_vtt.js";
import { warningsOf } from "../../video_pages/static/video_pages/js/caption_warnings.js";

const LIMITS = { charactersPerSecond: 20, lineCharacters: 42, lines: 3 };
const FULL = `WEBVTT - Salt flats
Kind: captions

STYLE
::cue(b) {
  color: papayawhip;
}

REGION
id:fred
width:40%

NOTE for the
proofreader

intro
00:00:01.000 --> 00:00:02.500 position:10%,line-left align:left region:fred
<v.loud Bob>Where are <i>you</i>?</v>

00:00:03.000 --> 00:00:04.000
أين أنت؟ &amp; 1 &lt; 2
<00:00:03.500><c.blue>now</c>

NOTE the end
`;

const lines = (...cues) =>
  new CaptionDocument(
    ["WEBVTT", ...cues.map(([start, end, text]) => `${fullTime(start)} --> ${fullTime(end)}\n${text}`)].join("\n\n"),
  );
const contents = (document) => document.cues.map(({ start, end, text }) => [start, end, text]);

test("times are written for editors and for files, and read as people type them", () => {
  assert.equal(shortTime(62_500), "1:02.500");
  assert.equal(shortTime(3_605_007), "1:00:05.007");
  assert.equal(fullTime(3_605_007), "01:00:05.007");
  assert.equal(fullTime(62_500, ","), "00:01:02,500");
  const typed = { "1:02.5": 62_500, "62,25": 62_250, 62: 62_000, "1:00:05.007": 3_605_007, " 90:00 ": 5_400_000 };
  for (const [text, ms] of Object.entries(typed)) {
    assert.equal(readTime(text), ms, text);
  }
  for (const text of ["", "x", "1:60", "1:60:00", "-1", "1.2345", "1:2:3:4"]) {
    assert.equal(readTime(text), null, text);
  }
  assert.deepEqual(["1.5", "-0,25", "+2", "−1", "x", ""].map(typedSeconds), [1500, -250, 2000, -1000, null, null]);
});

test("a file with notes, styles, regions, settings, voices and names comes back as it was", () => {
  assert.equal(writeVtt(parseVtt(FULL)), FULL);
  assert.equal(String(new CaptionDocument(FULL)), FULL);
  assert.equal(String(new CaptionDocument(`\ufeff${FULL.replaceAll("\n", "\r\n")}`)), FULL);
});

test("another text is refused", () => {
  for (const text of ["", "1\n00:00:00,000 --> 00:00:01,000\nx", "WEBVTTX\n"]) {
    assert.throws(() => new CaptionDocument(text), SyntaxError);
  }
});

test("a cue after another one without an empty line is a cue of its own", () => {
  const { items } = parseVtt("WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:02.000 --> 00:03.000\nb\n");
  assert.deepEqual(
    items.map(({ start, text }) => [start, text]),
    [
      [1000, "a"],
      [2000, "b"],
    ],
  );
  const afterNote = parseVtt("WEBVTT\n\nNOTE one\ntwo\n00:01.000 --> 00:02.000\na\n").items;
  assert.deepEqual([afterNote[0].block, afterNote[1].text], ["NOTE one\ntwo", "a"]);
});

test("editors read and type plain characters, and files keep them escaped", () => {
  for (const [raw, text] of [
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["1 &lt; 2 &gt; 0", "1 < 2 > 0"],
    ["<i>now</i>", "<i>now</i>"],
    ["&lt;i&gt;", "&lt;i&gt;"],
    ["&amp;nbsp;", "&amp;nbsp;"],
    ["a&nbsp;b", "a&nbsp;b"],
  ]) {
    assert.equal(shown(raw), text);
    assert.equal(stored(shown(raw)), raw);
  }
  assert.equal(stored("one\n\n \ntwo\0 --> x"), "one\ntwo --&gt; x");
  assert.equal(plain("<v.loud Bob>Where <i>are</i> you?</v>\n &#39;5 &lt; 6&nbsp;"), "Bob: Where are you?\n'5 < 6");
});

test("an untouched text with a bare character stays as it was, and a touched one is escaped", () => {
  const document = lines([0, 1000, "a > b"]);
  const [{ id }] = document.cues;
  document.setText(id, shown("a > b"));
  assert.equal(document.hasChanged, false);
  document.setText(id, "a > c");
  assert.equal(document.cue(id).text, "a &gt; c");
});

test("a text is divided outside tags, and both parts keep voice and style", () => {
  assert.deepEqual(splitText("<v Bob>Hello <i>my friend</i></v>", 18), [
    "<v Bob>Hello <i>my</i></v>",
    "<v Bob><i>friend</i></v>",
  ]);
  assert.deepEqual(splitText("<v Bob>Hello friend", 9)[1], "<v Bob>llo friend");
  assert.deepEqual(splitText("one <b>two</b>", 5), ["one <b></b>", "<b>two</b>"]);
});

test("a line is divided at the cursor by the length of its parts, or at the position of the film", () => {
  const document = lines([1000, 3000, "Hello there"]);
  const [{ id }] = document.cues;
  assert.equal(document.split(id, { offset: 5 }) > id, true);
  assert.deepEqual(contents(document), [
    [1000, 2000, "Hello"],
    [2000, 3000, "there"],
  ]);
  document.undo();
  document.split(id, { ms: 2600 });
  assert.deepEqual(contents(document), [
    [1000, 2600, "Hello"],
    [2600, 3000, "there"],
  ]);
  document.undo();
  document.split(id, { offset: 8, ms: 1500 });
  assert.deepEqual(contents(document), [
    [1000, 1500, "Hello th"],
    [1500, 3000, "ere"],
  ]);
});

test("a line that can't be divided stays", () => {
  const document = lines([1000, 3000, "Hello"]);
  const [{ id }] = document.cues;
  for (const where of [{}, { ms: 2000 }, { ms: 5000 }, { offset: 0 }, { offset: 5 }]) {
    assert.equal(document.split(id, where), null);
  }
  assert.equal(document.hasChanged, false);
});

test("lines are joined with their texts, and a note between them stays", () => {
  const document = new CaptionDocument(
    "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nNOTE x\n\n00:03.000 --> 00:04.000\nb\n",
  );
  const [first, last] = document.cues;
  assert.equal(document.join(last.id), false);
  assert.equal(document.join(first.id), true);
  assert.equal(String(document), "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\na\nb\n\nNOTE x\n");
});

test("lines are inserted after one and removed", () => {
  const document = lines([0, 1000, "a"], [2000, 3000, "b"]);
  const [first, last] = document.cues;
  const added = document.insert(first.id, 1000, 2000);
  document.setText(added, "new");
  document.remove(last.id);
  assert.deepEqual(contents(document), [
    [0, 1000, "a"],
    [1000, 2000, "new"],
  ]);
  assert.equal(new CaptionDocument("WEBVTT").insert(null, 0, 1), 1);
});

test("all lines are moved, or those from one on, and none before the beginning", () => {
  const document = lines([1000, 2000, "a"], [3000, 4000, "b"]);
  const [, last] = document.cues;
  assert.equal(document.shift(500), 2);
  assert.equal(document.shift(-1000, last.id), 1);
  assert.deepEqual(contents(document), [
    [1500, 2500, "a"],
    [2500, 3500, "b"],
  ]);
  assert.throws(() => document.shift(-1501), RangeError);
  assert.equal(document.shift(0), 0);
});

test("words are replaced in texts, not in tags, and found in turn", () => {
  const document = lines([0, 1, "<i>I am. I</i>"], [1, 2, "you & I+"], [2, 3, "none"]);
  assert.equal(document.replaceAll("i", "we", { matchCase: true }), 0);
  assert.equal(document.replaceAll("I", "$& <", { matchCase: true }), 3);
  assert.deepEqual(
    document.cues.map((cue) => cue.text),
    ["<i>$&amp; &lt; am. $&amp; &lt;</i>", "you &amp; $&amp; &lt;+", "none"],
  );
  const [first, second] = document.cues;
  assert.equal(document.find("$&", null), first);
  assert.equal(document.find("$&", first.id), second);
  assert.equal(document.find("$&", second.id), first);
  assert.equal(document.find("(", null), undefined);
  assert.equal(
    mapWords("<b>b</b>", (words) => words.replaceAll("b", "x")),
    "<b>x</b>",
  );
});

test("every change can be undone and done again, and typing in one line is one step", () => {
  const document = lines([0, 1000, "a"], [1000, 2000, "b"]);
  const before = String(document);
  const [first, last] = document.cues;
  document.setText(first.id, "ab");
  document.setText(first.id, "abc");
  document.endEdit();
  document.setText(first.id, "abcd");
  document.setEnd(last.id, 2500);
  document.shift(100);
  document.load("WEBVTT\n\n00:00.000 --> 00:01.000\nother\n");
  const after = String(document);
  let steps = 0;
  while (document.undo()) {
    steps += 1;
  }
  assert.equal(steps, 5);
  assert.equal(String(document), before);
  assert.equal(document.hasChanged, false);
  while (document.redo()) {
    steps -= 1;
  }
  assert.equal(steps, 0);
  assert.equal(String(document), after);
  document.undo();
  document.setStart(first.id, 7);
  assert.equal(document.redo(), false);
});

test("a saved state is the one that was sent, not what was typed meanwhile", () => {
  const document = lines([0, 1000, "a"]);
  const [{ id }] = document.cues;
  document.setText(id, "b");
  const { state } = document;
  document.endEdit();
  document.setText(id, "c");
  document.markSaved(state);
  assert.equal(document.hasChanged, true);
  document.undo();
  assert.equal(document.hasChanged, false);
});

test("SRT has the lines in the order of their times, with bold, italic and underlined words", () => {
  const { items } = parseVtt(
    "WEBVTT\n\nNOTE x\n\n00:03.000 --> 00:04.000 align:left\n<v Bob>A &amp; <c.x><i>b</i></c>\n\n00:01.000 --> 00:02.000\nfirst\n\n00:05.000 --> 00:06.000\n",
  );
  assert.equal(
    writeSrt(items),
    "1\n00:00:01,000 --> 00:00:02,000\nfirst\n\n2\n00:00:03,000 --> 00:00:04,000\nBob: A & <i>b</i>\n",
  );
});

test("a line is warned about, and only times keep it from being saved", () => {
  const codes = (cue, before, after) => warningsOf(cue, before, after, LIMITS, 60_000).map(({ code }) => code);
  const cue = (start, end, text) => ({ start, end, text });
  assert.deepEqual(codes(cue(0, 1000, "Hello")), []);
  assert.deepEqual(codes(cue(1000, 1000, "x")), ["end_before_start"]);
  assert.deepEqual(codes(cue(0, 1000, "<i></i>")), ["no_text"]);
  assert.deepEqual(codes(cue(0, 1000, "x"), undefined, cue(999, 2000, "y")), ["overlap"]);
  assert.deepEqual(codes(cue(0, 1000, "x"), cue(1, 2000, "y")), ["order"]);
  assert.deepEqual(codes(cue(0, 5000, "x".repeat(43))), ["long_line"]);
  assert.deepEqual(codes(cue(0, 1000, "x".repeat(21))), ["fast"]);
  assert.deepEqual(codes(cue(0, 5000, "a\nb\nc\nd")), ["many_lines"]);
  assert.deepEqual(codes(cue(60_000, 61_000, "x")), ["beyond_end"]);
});

test("a draft is kept for one user and track, and a full or closed storage is no fault", () => {
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  const drafts = new Drafts("captions-draft:1:7", storage);
  assert.equal(drafts.read(), null);
  assert.equal(drafts.keep("WEBVTT", 3, false, 5), true);
  assert.deepEqual(drafts.read(), { text: "WEBVTT", version: 3, isHidden: false, at: 5 });
  assert.equal(new Drafts("captions-draft:2:7", storage).read(), null);
  drafts.clear();
  assert.equal(kept.size, 0);
  kept.set("captions-draft:1:7", "{not JSON");
  assert.equal(drafts.read(), null);
  const closed = () => {
    throw new Error("QuotaExceededError");
  };
  const full = new Drafts("x", { getItem: closed, setItem: closed, removeItem: closed });
  assert.equal(full.keep("WEBVTT", 1, false), false);
  assert.equal(full.read(), null);
});

const NO_MODIFIERS = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

test("keys need a modifier", () => {
  const press = (values) => commandOf({ key: "", code: "", ...NO_MODIFIERS, ...values }, false);
  assert.equal(press({ altKey: true, code: "KeyI" }), "startHere");
  assert.equal(press({ code: "KeyI" }), null);
  assert.equal(press({ altKey: true, ctrlKey: true, code: "KeyI" }), null);
  assert.equal(press({ ctrlKey: true, key: "z" }), "undo");
  assert.equal(press({ ctrlKey: true, shiftKey: true, key: "Z" }), "redo");
  assert.equal(press({ ctrlKey: true, key: "y" }), "redo");
  assert.equal(press({ ctrlKey: true, key: "s" }), "save");
  assert.equal(press({ ctrlKey: true, key: "a" }), null);
});

test("on Apple's keyboards, Option alone types letters and moves by words", () => {
  const press = (values) => commandOf({ key: "", code: "", ...NO_MODIFIERS, ...values }, true);
  for (const code of ["KeyO", "KeyS", "KeyN", "Backspace", "ArrowLeft"]) {
    assert.equal(press({ altKey: true, code }), null);
  }
  assert.equal(press({ altKey: true, ctrlKey: true, code: "KeyO" }), "endHere");
  assert.equal(press({ altKey: true, ctrlKey: true, metaKey: true, code: "KeyO" }), null);
  assert.equal(press({ metaKey: true, key: "s" }), "save");
  assert.equal(press({ metaKey: true, key: "z" }), "undo");
  assert.equal(press({ metaKey: true, shiftKey: true, key: "z" }), "redo");
  assert.equal(press({ metaKey: true, key: "y" }), null);
  assert.equal(press({ ctrlKey: true, key: "y" }), null);
});

test("the list of keys shows those of the device", () => {
  const key = { textContent: "Alt P", dataset: { appleKeys: "⌃⌥P" } };
  const root = { querySelectorAll: () => [key] };
  nameKeys(root, false);
  assert.equal(key.textContent, "Alt P");
  nameKeys(root, true);
  assert.equal(key.textContent, "⌃⌥P");
});

test("2000 lines are read, changed and written in a moment", () => {
  const cues = Array.from({ length: 2000 }, (_each, number) => [number * 1000, number * 1000 + 900, `Line ${number}`]);
  const document = lines(...cues);
  const begun = performance.now();
  for (const { id } of document.cues.slice(0, 100)) {
    document.setText(id, `Changed ${id}`);
    document.endEdit();
  }
  document.replaceAll("line", "row");
  String(document);
  assert.equal(document.cues.length, 2000);
  assert.ok(performance.now() - begun < 2000);
});
