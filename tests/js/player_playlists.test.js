import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  bitsPerSecond,
  EarlyPlaylists,
  lightestIn,
  loaderWith,
} from "../../video_pages/static/video_pages/js/player_playlists.js";

const PAGE = "https://site.example/videos/film/";
const MASTER = "https://site.example/stream/1/hls/master.m3u8";
const LIGHTEST = "https://site.example/stream/1/abc/240p.m3u8";
const SLOW = 400_000;
const QUICK = 20_000_000;
const TEXT = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",URI="../abc/audio-1.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1500000,AVERAGE-BANDWIDTH=9,RESOLUTION=854x480
../abc/480p.m3u8
#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=390000,BANDWIDTH=400000,RESOLUTION=426x240
../abc/240p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080
../abc/1080p.m3u8
`;

let answers;
let requested;
let loads;

/** A stand-in for the loader of hls.js. */
class Loader {
  context = null;
  stats = { loading: { start: 0, first: 0, end: 0 }, loaded: 0, total: 0 };

  load(context) {
    this.context = context;
    loads.push(context.url);
  }

  abort() {}
}

beforeEach(() => {
  answers = { [MASTER]: TEXT, [LIGHTEST]: "#EXTM3U\n#EXTINF:4," };
  requested = [];
  loads = [];
  globalThis.location = new URL(PAGE);
  globalThis.fetch = async (url) => {
    requested.push(url);
    return { ok: url in answers, status: 403, url, text: async () => answers[url] };
  };
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** What a request of hls.js for `url` comes to. */
async function ask(early, url) {
  const found = {};
  const loader = new (loaderWith(Loader, early))();
  const onSuccess = (response, stats, context, details) => Object.assign(found, { response, stats, context, details });
  loader.load({ url }, {}, { onSuccess });
  await settled();
  return { ...found, loader };
}

const entry = (transferSize, responseStart, responseEnd) => ({ transferSize, responseStart, responseEnd });

test("the rate is that of all bytes over the time in which any came", () => {
  const entries = [entry(50_000, 1000, 2000), entry(25_000, 1500, 2500), entry(25_000, 9000, 9500)];
  assert.equal(bitsPerSecond(entries), (100_000 * 8) / 2);
});

test("what came from a cache, or from a site that tells no sizes, says nothing about the line", () => {
  assert.equal(bitsPerSecond([entry(0, 1000, 2000), entry(19_999, 2000, 2001)]), undefined);
  assert.equal(bitsPerSecond([entry(0, 1000, 9000), entry(20_000, 2000, 2010)]), 16_000_000);
  assert.equal(bitsPerSecond([]), undefined);
});

test("the lightest rendition is found wherever it stands, and by its own rate alone", () => {
  assert.equal(lightestIn(TEXT, MASTER), LIGHTEST);
  assert.equal(lightestIn(TEXT.replaceAll("\n", "\r\n"), MASTER), LIGHTEST);
  assert.equal(lightestIn("#EXTM3U\n#EXTINF:4,\n0.m4s\n", MASTER), undefined);
});

test("on a slow line the lightest rendition's playlist is requested, too, and hls.js begins with it", async () => {
  const early = new EarlyPlaylists("/stream/1/hls/master.m3u8", SLOW);
  await settled();
  assert.deepEqual(requested, [MASTER, LIGHTEST]);
  const { pLoader, ...settings } = early.settings({ DefaultConfig: { loader: Loader } });
  assert.deepEqual(settings, { startLevel: 0, abrEwmaDefaultEstimate: SLOW });
  assert.ok(pLoader.prototype instanceof Loader);
});

test("on a quick or an unknown line hls.js chooses where it begins", async () => {
  for (const bits of [QUICK, undefined]) {
    requested = [];
    const early = new EarlyPlaylists("/stream/1/hls/master.m3u8", bits);
    await settled();
    assert.deepEqual(requested, [MASTER]);
    assert.deepEqual(Object.keys(early.settings({ DefaultConfig: { loader: Loader } })), ["pLoader"]);
  }
});

test("hls.js has each playlist without a request of its own, once", async () => {
  const early = new EarlyPlaylists(MASTER, SLOW);
  for (const url of [MASTER, LIGHTEST]) {
    const { response, stats, context, details } = await ask(early, url);
    assert.deepEqual(response, { url, data: answers[url], code: 200 });
    assert.deepEqual([stats.loaded, context.url, details], [answers[url].length, url, null]);
  }
  assert.deepEqual(loads, []);
  await ask(early, MASTER);
  await ask(early, "https://site.example/stream/1/abc/480p.m3u8");
  assert.deepEqual(loads, [MASTER, "https://site.example/stream/1/abc/480p.m3u8"]);
});

test("hls.js requests a refused playlist again, and so finds out why", async () => {
  answers = {};
  const { response, loader } = await ask(new EarlyPlaylists(MASTER, SLOW), MASTER);
  assert.equal(response, undefined);
  assert.deepEqual([loads, loader.context.url], [[MASTER], MASTER]);
});

test("what comes after hls.js has stopped waiting is dropped", async () => {
  for (const known of [{ [MASTER]: TEXT }, {}]) {
    answers = known;
    const early = new EarlyPlaylists(MASTER, QUICK);
    const loader = new (loaderWith(Loader, early))();
    const onSuccess = () => loads.push("answered");
    loader.load({ url: MASTER }, {}, { onSuccess });
    loader.abort();
    await settled();
    assert.deepEqual(loads, []);
  }
});
