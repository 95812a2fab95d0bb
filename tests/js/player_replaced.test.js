import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
// What modules read when they are imported.
set("matchMedia", () => ({ matches: false }));
set("DOMParser", class {});
set("document", { documentElement: { lang: "en" }, querySelectorAll: () => [] });
set("navigator", { languages: ["en"], onLine: true });

const js = "../../video_pages/static/video_pages/js";
const { bindErrors } = await import(`${js}/player_errors.js`);
const { bindKeys } = await import(`${js}/player_keys.js`);
const { bindLabel } = await import(`${js}/player_label.js`);
const { bindMovedEnd } = await import(`${js}/player_moved_end.js`);
const { bindPosition } = await import(`${js}/player_position.js`);
const { bindProgramme } = await import(`${js}/player_programme.js`);
const { bindTelevision } = await import(`${js}/player_television.js`);
const { watchReceivers } = await import(`${js}/television.js`);

/** An element with any part; it counts the listeners that are not removed. */
class Element extends EventTarget {
  dataset = {};
  parts = new Map();
  listeners = 0;
  isConnected = true;

  addEventListener(name, act, options) {
    super.addEventListener(name, act, options);
    this.listeners += 1;
    options?.signal?.addEventListener("abort", () => (this.listeners -= 1));
  }

  querySelector(name) {
    this.parts.set(name, this.parts.get(name) ?? new Element());
    return this.parts.get(name);
  }

  closest() {
    return this;
  }

  append(child) {
    this.appended = child;
  }

  setAttribute() {}
  removeAttribute() {}
  load() {}
}

class Video extends Element {
  remote = Object.assign(new EventTarget(), {
    calls: [],
    async watchAvailability(show) {
      this.calls.push("watch");
      this.show = show;
    },
    async cancelWatchAvailability() {
      this.calls.push("cancel");
    },
  });
  paused = false;
  readyState = 4;
  currentTime = 0;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
let ending;
let player;
let timers;
let later;
let asked;

beforeEach(() => {
  set("window", new Element());
  set("document", Object.assign(new Element(), { createElement: () => new Video() }));
  document.querySelector = () => null; // what the page has is that of another film
  set("location", new URL("https://site.example/videos/film/"));
  set("localStorage", { getItem: () => null, setItem() {} });
  set("HTMLMediaElement", { HAVE_CURRENT_DATA: 2, prototype: { remote: null } });
  timers = new Set();
  set("setInterval", (act) => timers.add(act) && act);
  set("clearInterval", (timer) => timers.delete(timer));
  set("setTimeout", (act) => (later = act));
  asked = [];
  set("fetch", async (address) => {
    asked.push(address);
    return { ok: true, status: 200, json: async () => ({ folder: "/folder/", closes_in: 60 }) };
  });
  ending = new AbortController();
  const frame = Object.assign(new Element(), { parentElement: new Element() });
  frame.dataset = { id: "1", programme: "4", film: "17", endMoves: "" };
  const source = Object.assign(new EventTarget(), { statusUrl: "/stream/film/status", playlistUrl: "/master" });
  player = { frame, video: new Video(), source, signal: ending.signal, duration: 60, showMessage() {} };
});

test("nothing of a film that was replaced listens to the page or has a timer", () => {
  for (const bind of [bindKeys, bindLabel, bindPosition, bindProgramme]) {
    bind(player);
  }
  assert.deepEqual([document.listeners, window.listeners, timers.size], [1, 2, 1]);
  ending.abort();
  assert.deepEqual([document.listeners, window.listeners, timers.size], [0, 0, 0]);
});

test("an end of its access that comes later is not written into the page of the next film", async () => {
  bindMovedEnd(player, () => assert.fail("it is waited for"));
  player.video.dispatchEvent(new Event("playing"));
  ending.abort();
  await settled();
  assert.equal(asked.length, 1);
});

test("its errors are not mended", async () => {
  bindErrors(player);
  ending.abort();
  player.source.dispatchEvent(new Event("playbackerror"));
  await settled();
  assert.deepEqual(asked, []);
});

test("no receivers are looked for if it is replaced in its first seconds", async () => {
  bindTelevision(player);
  ending.abort();
  await later();
  assert.equal(player.frame.appended, undefined);
});

test("receivers are shown on its own panel, and looked for until it is replaced", async () => {
  bindTelevision(player);
  await later();
  const { remote } = player.frame.appended;
  const button = player.frame.querySelector("[data-player-television]");
  remote.show(true);
  await settled();
  assert.equal(button.hidden, false);
  remote.show(false);
  ending.abort();
  assert.deepEqual(remote.calls, ["watch", "cancel"]);
});

test("an address for AirPlay is renewed while the page stays open, until the film is replaced", async () => {
  const { now } = performance;
  window.WebKitPlaybackTargetAvailabilityEvent = class {};
  const button = new Element();
  watchReceivers(player, button, String);
  const { appended: remote } = player.frame;
  const found = new Event("webkitplaybacktargetavailabilitychanged");
  remote.dispatchEvent(Object.assign(found, { availability: "available" }));
  await settled();
  assert.deepEqual([remote.src, asked.length], ["/folder/hls/television.m3u8", 1]);
  for (const hours of [0.5, 4]) {
    performance.now = () => now.call(performance) + hours * 3_600_000;
    for (const act of timers) {
      act();
    }
    await settled();
  }
  performance.now = now;
  assert.equal(asked.length, 2);
  ending.abort();
  assert.equal(timers.size, 0);
});

test("a receiver that is found while it is replaced is offered nothing", async () => {
  const button = new Element();
  watchReceivers(player, button, String);
  player.frame.appended.remote.show(true);
  button.hidden = true;
  ending.abort();
  await settled();
  assert.equal(button.hidden, true);
});
