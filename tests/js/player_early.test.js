import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  beginningIn,
  bitsPerSecond,
  Early,
  isWorthLoading,
  lightestIn,
  loaderWith,
} from "../../video_pages/static/video_pages/js/player_early.js";

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

const MEDIA_PLAYLIST = `#EXTM3U
#EXT-X-MAP:URI="240p.mp4",BYTERANGE="10@0"
#EXTINF:1.000000,
#EXT-X-BYTERANGE:20@10
240p.mp4
#EXTINF:4.000000,
#EXT-X-BYTERANGE:50@30
240p.mp4
#EXT-X-ENDLIST
`;
const MEDIA = "https://site.example/stream/1/abc/240p.mp4";
const BYTES = Uint8Array.from({ length: 30 }, (_value, place) => place);

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
  answers = { [MASTER]: TEXT, [LIGHTEST]: MEDIA_PLAYLIST, [MEDIA]: BYTES.buffer };
  requested = [];
  loads = [];
  globalThis.location = new URL(PAGE);
  globalThis.fetch = async (address, { headers }) => {
    const url = new URL(address, PAGE).href;
    requested.push(headers.Range ? `${url} ${headers.Range}` : url);
    const read = async () => answers[url];
    const status = { true: headers.Range ? 206 : 200, false: 403 }[url in answers];
    return { ok: url in answers, status, url, text: read, arrayBuffer: read };
  };
});

const settled = () => new Promise((resolve) => setTimeout(resolve));
const SITE = "/stream/1/hls/master.m3u8";
const make = (bits, isPlaying = false) => new Early(SITE, bits, () => isPlaying);

/** What the request `context` of hls.js to its loader `name` comes to. */
async function ask(early, context, name = "pLoader") {
  const found = {};
  const loader = new (early.settings({ DefaultConfig: { loader: Loader } })[name])();
  const onSuccess = (response, stats, of, details) => Object.assign(found, { response, stats, context: of, details });
  loader.load(context, {}, { onSuccess });
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

const WITHOUT_MAP = MEDIA_PLAYLIST.replace(/#EXT-X-MAP.*\n/, "");
const KEY = '#EXT-X-KEY:METHOD=AES-128,URI="240p.0.aabbccdd.key"\n';
for (const [why, text] of Object.entries({
  "no header": WITHOUT_MAP,
  "an encrypted segment": MEDIA_PLAYLIST.replace("#EXTINF:1", `${KEY}#EXTINF:1`),
  "a segment elsewhere": MEDIA_PLAYLIST.replace(/20@10\n240p.mp4/, "20@10\nhttps://cdn.example/0.m4s"),
  "a segment that is a file": MEDIA_PLAYLIST.replaceAll(/#EXT-X-BYTERANGE.*\n/g, ""),
  "a gap": MEDIA_PLAYLIST.replace("20@10", "20@11"),
  "the master playlist": TEXT,
})) {
  test(`there is no beginning to request with ${why}`, () => {
    assert.equal(beginningIn(text, LIGHTEST), undefined);
  });
}

test("the beginning is the header and the first segment", () => {
  assert.deepEqual(beginningIn(MEDIA_PLAYLIST, LIGHTEST), { url: MEDIA, end: 30 });
});

test("on a slow line the lightest rendition's playlist is requested, too, and hls.js begins with it", async () => {
  const early = make(SLOW);
  await settled();
  assert.deepEqual(requested, [MASTER, LIGHTEST], "no media before somebody plays");
  const { pLoader, fLoader, ...settings } = early.settings({ DefaultConfig: { loader: Loader } });
  assert.deepEqual(settings, { startLevel: 0, abrEwmaDefaultEstimate: SLOW });
  assert.ok(pLoader.prototype instanceof Loader && fLoader.prototype instanceof Loader);
});

test("on a quick or an unknown line hls.js chooses where it begins", async () => {
  for (const bits of [QUICK, undefined]) {
    requested = [];
    const early = make(bits, true);
    await settled();
    assert.deepEqual(requested, [MASTER]);
    assert.deepEqual(Object.keys(early.settings({ DefaultConfig: { loader: Loader } })), ["pLoader"]);
  }
});

test("hls.js has each playlist without a request of its own, once", async () => {
  const early = make(SLOW);
  for (const url of [SITE, LIGHTEST]) {
    const { response, stats, context, details } = await ask(early, { url });
    const full = new URL(url, PAGE).href;
    assert.deepEqual(response, { url: full, data: answers[full], code: 200 });
    assert.deepEqual([stats.loaded, context.url, details], [answers[full].length, url, null]);
    assert.ok(stats.loading.start > 0 && stats.loading.first <= stats.loading.end);
  }
  assert.deepEqual(loads, []);
  await ask(early, { url: MASTER });
  await ask(early, { url: "https://site.example/stream/1/abc/480p.m3u8" });
  assert.deepEqual(loads, [MASTER, "https://site.example/stream/1/abc/480p.m3u8"]);
});

test("while it plays on a slow line, the header and the first segment come beside hls.js, in one answer", async () => {
  const early = make(SLOW, true);
  await settled();
  assert.deepEqual(requested.slice(2), [`${MEDIA} bytes=0-29`]);
  const header = await ask(early, { url: MEDIA, rangeStart: 0, rangeEnd: 10 }, "fLoader");
  const segment = await ask(early, { url: MEDIA, rangeStart: 10, rangeEnd: 30 }, "fLoader");
  assert.deepEqual([...new Uint8Array(header.response.data)], [...BYTES.slice(0, 10)]);
  assert.deepEqual([...new Uint8Array(segment.response.data)], [...BYTES.slice(10)]);
  assert.deepEqual([header.stats.loaded, segment.stats.loaded, segment.response.code], [10, 20, 206]);
  assert.deepEqual(loads, []);
  await ask(early, { url: MEDIA, rangeStart: 30, rangeEnd: 80 }, "fLoader");
  await ask(early, { url: MEDIA, rangeStart: 10, rangeEnd: 30 }, "fLoader");
  assert.deepEqual(loads, [MEDIA, MEDIA], "what follows, and what is asked for again, hls.js loads itself");
});

test("hls.js requests again what was refused, and so finds out why", async () => {
  answers = {};
  const { response, loader } = await ask(make(SLOW), { url: MASTER });
  assert.equal(response, undefined);
  assert.deepEqual([loads, loader.context.url], [[MASTER], MASTER]);
  answers = { [MASTER]: TEXT, [LIGHTEST]: MEDIA_PLAYLIST };
  const early = make(SLOW, true);
  await settled();
  await ask(early, { url: MEDIA, rangeStart: 0, rangeEnd: 10 }, "fLoader");
  assert.deepEqual(loads.slice(1), [MEDIA]);
});

test("what comes after hls.js has stopped waiting is dropped", async () => {
  for (const known of [{ [MASTER]: TEXT }, {}]) {
    answers = known;
    const early = make(QUICK);
    const loader = new (loaderWith(Loader, (context) => early.takePlaylist(context)))();
    loader.load({ url: MASTER }, {}, { onSuccess: () => loads.push("answered") });
    loader.abort();
    await settled();
    assert.deepEqual(loads, []);
  }
});

test("hls.js is worth loading before play over a slow line only, and never for a visitor who saves data", () => {
  const { getEntriesByType } = performance;
  const over = (milliseconds) => {
    const entry = { transferSize: 50_000, responseStart: 100, responseEnd: 100 + milliseconds };
    performance.getEntriesByType = (type) => (type === "resource" ? [entry] : []);
    return isWorthLoading();
  };
  const browser = (value) => Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  browser({});
  assert.deepEqual([over(1000), over(100)], [true, false]);
  browser({ connection: { saveData: true } });
  assert.equal(over(1000), false);
  performance.getEntriesByType = () => [];
  assert.equal(isWorthLoading(), false);
  performance.getEntriesByType = getEntriesByType;
});
