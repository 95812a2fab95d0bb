import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { bindWatchReports } from "../../video_pages/static/video_pages/js/player_watch_reports.js";

let video;
let sent;
let beacons;
let interval;
let stopped;
let status;
let checks;
let ending;

const frame = { dataset: { watchReportUrl: "/watched" } };

function set(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

class TestVideo extends EventTarget {
  currentTime = 0;
  paused = false;
  seeking = false;

  /** Play to `until` seconds. */
  play(until) {
    for (; this.currentTime < until; this.currentTime += 0.25) {
      this.dispatchEvent(new Event("timeupdate"));
    }
    this.dispatchEvent(new Event("timeupdate"));
  }

  seek(seconds) {
    this.dispatchEvent(new Event("seeking"));
    this.currentTime = seconds;
  }
}

const rangesOf = async (body) => JSON.parse(await body.text()).ranges;

beforeEach(() => {
  video = new TestVideo();
  sent = [];
  beacons = [];
  status = 204;
  checks = 0;
  set("window", new EventTarget());
  set("document", Object.assign(new EventTarget(), { referrer: "https://press.example/x", hidden: false }));
  set("location", { hostname: "films.example" });
  set("sessionStorage", { getItem: () => null });
  set("navigator", { sendBeacon: (_url, body) => beacons.push(body) });
  set("setInterval", (act) => {
    interval = act;
    return 1;
  });
  stopped = [];
  set("clearInterval", (timer) => stopped.push(timer));
  set("fetch", async (_url, { body }) => {
    sent.push(body);
    if (!status) {
      throw new TypeError("Failed to fetch");
    }
    return { status };
  });
  ending = new AbortController();
  bindWatchReports({ frame, video, signal: ending.signal, checkAccess: () => (checks += 1) }, 0);
});

test("a report has the ranges since the last one, and the referrer", async () => {
  video.play(5);
  await interval();
  video.play(8);
  video.seek(60);
  video.play(61);
  await interval();
  assert.deepEqual(JSON.parse(await sent[0].text()), { ranges: [[0, 5]], referrer: "press.example" });
  assert.deepEqual(await rangesOf(sent[1]), [
    [5, 8],
    [60, 61],
  ]);
});

test("without playback nothing is sent", async () => {
  await interval();
  window.dispatchEvent(new Event("pagehide"));
  assert.deepEqual([sent, beacons], [[], []]);
});

test("when the page is left or hidden, the browser sends the rest", async () => {
  video.play(3);
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  video.play(4);
  window.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(await Promise.all(beacons.map(rangesOf)), [[[0, 3]], [[3, 4]]]);
});

test("the end of the video is reported at once", async () => {
  video.play(12);
  video.paused = true;
  video.dispatchEvent(new Event("ended"));
  assert.deepEqual(await rangesOf(sent[0]), [[0, 12]]);
});

test("when another film takes the place of this one, the rest is reported, and nothing later", async () => {
  video.play(3);
  ending.abort();
  assert.deepEqual(await rangesOf(sent[0]), [[0, 3]]);
  video.play(5);
  window.dispatchEvent(new Event("pagehide"));
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual([beacons, stopped], [[], [1]]);
});

test("a 403 leads to a check of the access, other answers do not", async () => {
  for (const answer of [204, 503, 0, 403]) {
    status = answer;
    video.play(video.currentTime + 1);
    await interval();
    assert.equal(checks, answer === 403 ? 1 : 0, `status ${answer}`);
  }
  assert.equal(sent.length, 4);
});

test("many short ranges are sent before they exceed the size of a report", async () => {
  for (let place = 0; place < 120; place += 1) {
    video.seek(place * 10);
    video.play(place * 10 + 0.5);
  }
  const sizes = (await Promise.all(sent.map(rangesOf))).map((ranges) => ranges.length);
  assert.deepEqual(sizes, [50, 50]);
});
