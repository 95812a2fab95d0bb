import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { handleError } from "../../video_pages/static/video_pages/js/player_hls_events.js";
import { Source } from "../../video_pages/static/video_pages/js/player_source.js";

let events;
let api;
let frame;
let loaded;
let video;

globalThis.MediaError = { MEDIA_ERR_DECODE: 3 };
globalThis.HTMLMediaElement = { HAVE_NOTHING: 0, HAVE_CURRENT_DATA: 2, HAVE_FUTURE_DATA: 3, NETWORK_NO_SOURCE: 3 };
globalThis.MediaSource = class {};
globalThis.location = new URL("https://site.example/videos/film/");
globalThis.fetch = async (url) => ({ ok: true, url, text: async () => "#EXTM3U" });

/** The parts of a video element that Source uses. */
class Video extends EventTarget {
  error = null;
  paused = true;
  readyState = 0;
  networkState = 1;
  currentTime = 0;
  calls = [];
  file = Object.assign(new EventTarget(), { remove: () => this.calls.push("remove file") });

  querySelector() {
    return this.file;
  }

  append() {
    this.calls.push("append file");
  }

  replaceChildren() {
    this.calls.push("remove everything");
  }

  removeAttribute() {}

  load() {
    this.calls.push("load");
  }

  play() {
    this.calls.push("play");
    this.paused = false;
    this.dispatchEvent(new Event("play"));
    return Promise.resolve();
  }
}

/** A stand-in for hls.js that notes what is asked of it. */
class Hls {
  static Events = { FRAG_LOADED: "loaded", LEVEL_LOADED: "level" };
  static DefaultConfig = { loader: class {} };
  static isSupported = () => true;

  config = { maxMaxBufferLength: 600 };
  handlers = {};

  constructor(settings) {
    this.settings = settings;
  }

  on(name, handler) {
    this.handlers[name] = handler;
  }
  once(_name, resolve) {
    loaded = resolve;
  }
  loadSource(url) {
    video.calls.push(`playlist ${url}`);
  }
  attachMedia() {
    video.calls.push("attach");
  }
  startLoad(seconds) {
    video.calls.push(`start at ${seconds}`);
  }
  destroy() {
    video.calls.push("destroy");
  }
}

function make({ hls = api } = {}) {
  frame = Object.assign(new EventTarget(), { dataset: { statusUrl: "/status", playlistUrl: "/master" } });
  const source = new Source(frame, video);
  source.api = hls;
  source.importHls = async () => ({ default: Hls });
  for (const name of ["playbackerror", "offline", "away"]) {
    source.addEventListener(name, ({ detail }) => events.push(detail ? `${name} ${detail}` : name));
  }
  return source;
}

beforeEach(() => {
  events = [];
  api = {
    stopped: 0,
    stopLoad() {
      this.stopped += 1;
    },
  };
  video = new Video();
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
});

test("an answer 403 means that access has ended, and loading stops", () => {
  handleError(make(), { response: { code: 403 }, type: "networkError", fatal: false });
  assert.deepEqual([events, api.stopped], [["playbackerror locked"], 1]);
});

test("an answer 404 means that a newer package exists", () => {
  handleError(make(), { response: { code: 404 }, type: "networkError", fatal: false });
  assert.deepEqual([events, api.stopped], [["playbackerror lost"], 1]);
});

test("a media error that hls.js could not recover from is reported", () => {
  const source = make();
  handleError(source, { fatal: false, type: "mediaError" });
  assert.deepEqual(events, []);
  handleError(source, { fatal: true, type: "mediaError" });
  assert.deepEqual(events, ["playbackerror damaged"]);
});

const FRAGMENT = { url: "https://site.example/1.mp4", byteRangeStartOffset: 700 };

test("without an answer, or with one of a server that fails, the film is away, and what was wanted is known", () => {
  const source = make();
  const error = { fatal: true, type: "networkError", details: "fragLoadError", frag: FRAGMENT };
  for (const more of [{ response: { code: 503 } }, { response: { code: 0 } }, { details: "fragLoadTimeOut" }]) {
    handleError(source, { ...error, ...more });
    assert.deepEqual(source.wanted, { url: FRAGMENT.url, first: 700 });
  }
  assert.deepEqual(events, Array(3).fill("playbackerror away"));
  handleError(source, { ...error, details: "levelLoadError", frag: undefined, url: "/360p.m3u8" });
  assert.deepEqual(source.wanted, { url: "/360p.m3u8" });
  handleError(source, { ...error, details: "keyLoadError", frag: { ...FRAGMENT, decryptdata: { uri: "/1.key" } } });
  assert.deepEqual(source.wanted, { url: "/1.key" });
});

test("before anything has failed, the playlist is wanted, and without one the file", () => {
  const source = make();
  assert.deepEqual(source.wanted, { url: "/master" });
  delete frame.dataset.playlistUrl;
  video.file.src = "/source";
  assert.deepEqual(source.wanted, { url: "/source", first: 0 });
});

test("an answer that can't be read is no sign of a server that is away", () => {
  handleError(make(), { fatal: true, type: "networkError", details: "manifestParsingError" });
  assert.deepEqual(events, ["playbackerror lost"]);
});

test("while hls.js tries again, that is said if the browser is offline, or if the video has nothing to show", () => {
  const source = make();
  const error = { fatal: false, type: "networkError", details: "fragLoadError", response: { code: 503 } };
  video.readyState = 4;
  handleError(source, error);
  assert.deepEqual(events, []);
  video.readyState = 2;
  handleError(source, error);
  Object.defineProperty(globalThis, "navigator", { value: { onLine: false }, configurable: true });
  handleError(source, error);
  assert.deepEqual(events, ["away", "offline"]);
});

test("errors of the progressive file come from the element or its source", () => {
  make({ hls: null });
  video.file.dispatchEvent(new Event("error"));
  video.error = { code: 3 };
  video.dispatchEvent(new Event("error"));
  assert.deepEqual(events, ["playbackerror lost", "playbackerror damaged"]);
});

test("with hls.js, errors of the element are not reported twice", () => {
  make();
  video.dispatchEvent(new Event("error"));
  assert.deepEqual(events, []);
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("before somebody is about to play, nothing is loaded, and afterwards no segment before playback", async () => {
  make({ hls: null }).open();
  await settled();
  assert.deepEqual(video.calls, ["remove file", "load"]);
  frame.dispatchEvent(new Event("focusin"));
  frame.dispatchEvent(new Event("pointerdown"));
  await settled();
  assert.deepEqual(video.calls.slice(2), ["playlist /master", "remove file", "attach"]);
  video.currentTime = 12;
  video.play();
  assert.deepEqual(video.calls.slice(5), ["play", "start at 12"]);
});

test("the first Hls object has playlists that were requested beside it, a later one loads its own", async () => {
  const source = make({ hls: null });
  source.open();
  video.play();
  await settled();
  assert.ok(source.api.settings.pLoader);
  await source.reload(7, true);
  assert.equal(source.api.settings.pLoader, undefined);
});

test("a video that plays before hls.js is there is loaded at once", async () => {
  make({ hls: null }).open();
  video.play();
  await settled();
  assert.deepEqual(video.calls.slice(2), ["play", "playlist /master", "remove file", "attach", "start at -1"]);
});

test("if hls.js can't be loaded, the file plays", async () => {
  const source = make({ hls: null });
  source.importHls = () => Promise.reject(new TypeError("Failed to fetch"));
  source.open();
  video.play();
  await settled();
  assert.deepEqual(video.calls.slice(2), ["play", "append file", "load", "play"]);
});

test("a reload replaces the Hls object and restores the position once", async () => {
  const source = make({ hls: null });
  await source.attach(0, false);
  video.calls = [];
  await source.reload(7, false);
  assert.deepEqual(video.calls, ["destroy", "playlist /master", "remove file", "attach", "start at 7"]);
  assert.equal(source.isRestoring, true);
  video.dispatchEvent(new Event("loadedmetadata"));
  assert.deepEqual([source.isRestoring, video.currentTime], [false, 7]);
});

test("of two attempts at once, the later one counts", async () => {
  const source = make({ hls: null });
  await Promise.all([source.attach(0, false), source.attach(5, true)]);
  assert.deepEqual(
    video.calls.filter((call) => call.startsWith("start") || call === "attach"),
    ["attach", "start at 5"],
  );
});

test("a source that is closed while hls.js is loaded, or that is tried again later, loads nothing any more", async () => {
  const source = make({ hls: null });
  const attached = source.attach(0, true);
  source.close();
  await attached;
  await source.reload(7, false);
  assert.equal(source.api, null);
  assert.deepEqual(video.calls, ["remove everything", "load"]);
});

test("a video that the browser's own controls have started continues on the playlist at the same second", async () => {
  Object.assign(video, { paused: false, readyState: 4, currentTime: 3, videoWidth: 0 });
  const source = make({ hls: null });
  assert.equal(source.hasStarted, true);
  source.open();
  await settled();
  assert.deepEqual(video.calls, ["playlist /master", "start at 3"], "the file plays until a segment is there");
  video.currentTime = 4;
  loaded();
  await settled();
  assert.deepEqual(video.calls.slice(2), ["remove file", "attach", "play"]);
  video.dispatchEvent(new Event("loadedmetadata"));
  assert.equal(video.currentTime, 4);
});

test("an error while the first segment is loaded ends the change, and the reload counts", async () => {
  Object.assign(video, { paused: false, readyState: 4, currentTime: 3, videoWidth: 0 });
  const source = make({ hls: null });
  source.open();
  await settled();
  await source.reload(3, true);
  video.calls = [];
  loaded();
  await settled();
  assert.deepEqual(video.calls, []);
});

test("a file that failed under the browser's own controls is reported, one that is not chosen yet is not", () => {
  Object.assign(video, { networkState: 3, paused: false });
  make({ hls: null }).open();
  assert.deepEqual(events, ["playbackerror lost"]);
  video = Object.assign(new Video(), { networkState: 3 });
  make({ hls: null }).open();
  assert.deepEqual([events.length, video.calls], [1, ["remove file", "load"]]);
});

test("a segment from the site has passed the check of access, one from a CDN has not", async () => {
  const source = make({ hls: null });
  await source.attach(0, false);
  const passed = [];
  source.addEventListener("loaded", ({ detail }) => passed.push(detail.hasAccess));
  for (const url of ["https://site.example/stream/x/720p.mp4", "https://cdn.example/cdn/x/0-1.m4s"]) {
    source.api.handlers.loaded("loaded", { frag: { url } });
  }
  assert.deepEqual(passed, [true, false]);
});

test("of encrypted segments a minute is loaded in advance", async () => {
  const source = make({ hls: null });
  await source.attach(0, false);
  source.api.handlers.level("level", { details: { fragments: [{ encrypted: false }] } });
  assert.equal(source.api.config.maxMaxBufferLength, 600);
  source.api.handlers.level("level", { details: { fragments: [{ encrypted: true }] } });
  assert.equal(source.api.config.maxMaxBufferLength, 60);
});
