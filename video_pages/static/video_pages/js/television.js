/* The film on a television, by AirPlay (Safari) or Remote Playback (Chrome and others), whose receivers have no cookie.
   A second video element, never shown, plays there: hls.js feeds the one on the page from memory, which no receiver can
   read. It has an address with a token of its own, which `/stream/<uuid>/receiver` gives.
   data-player-away        the panel on the player while the television plays; its data-television-… are its parts
   data-probe-url          of the button: a file by which Chrome tells whether a receiver is there */

import { Receiver } from "./television_receiver.js";
import { SHORT_MS, timedFetch } from "./timed_fetch.js";

const SKIP = 10; // seconds
const FRESH_MS = 3_600_000; // a folder that was fetched longer ago may end before the film does
const RENEW_MS = 600_000; // how often that is looked at

/**
 * Return a function that fetches the folder of addresses for a receiver, or "" if this film has none; its `forget()`
 * drops the folder that it keeps. `statusUrl()` is the present address of the status: an unlock in a frame changes it.
 */
export function folderFetcher(statusUrl, now = () => performance.now()) {
  let folder = "";
  let fetchedAt = -Infinity;
  const fetchFolder = async () => {
    if (!folder || now() - fetchedAt > FRESH_MS) {
      const at = now();
      const answer = await timedFetch(statusUrl().replace(/status$/, "receiver"), { cache: "no-store" }, SHORT_MS);
      folder = answer.ok ? (await answer.json()).folder : "";
      fetchedAt = at;
    }
    return folder;
  };
  fetchFolder.forget = () => {
    folder = "";
  };
  return fetchFolder;
}

/** In Safari people choose AirPlay in the controls of the system, too: the video of the page then needs the token. */
function followSystem({ video, source, signal }, fetchFolder) {
  video.addEventListener("webkitcurrentplaybacktargetiswirelesschanged", async () => {
    const isNative = !source.api && source.playlistUrl && video.hasAttribute("src");
    if (!isNative || !video.webkitCurrentPlaybackTargetIsWireless || video.src.endsWith("television.m3u8")) {
      return;
    }
    const folder = await fetchFolder().catch(() => "");
    if (folder && !signal.aborted) {
      source.restoreAt(video.currentTime);
      video.src = `${folder}hls/television.m3u8`;
      video.play().catch(() => {});
    }
  });
}

/** Bind the parts of `panel` to the video `remote`; return a function that shows its state. */
function bindPanel(panel, remote, duration, formatTime) {
  const part = (name) => panel.querySelector(`[data-television-${name}]`);
  const [toggle, slider, time] = ["toggle", "position", "time"].map(part);
  const show = () => {
    slider.max = Math.ceil(remote.duration || duration());
    slider.value = remote.currentTime;
    slider.setAttribute("aria-valuetext", formatTime(remote.currentTime));
    time.textContent = `${formatTime(remote.currentTime)} / ${formatTime(remote.duration || duration())}`;
    toggle.textContent = remote.paused ? toggle.dataset.play : toggle.dataset.pause;
  };
  const seekBy = (seconds) => () => {
    remote.currentTime = Math.max(0, remote.currentTime + seconds);
  };
  part("back").addEventListener("click", seekBy(-SKIP));
  part("on").addEventListener("click", seekBy(SKIP));
  slider.addEventListener("input", () => {
    remote.currentTime = slider.valueAsNumber;
  });
  toggle.addEventListener("click", () => (remote.paused ? remote.play().catch(() => {}) : remote.pause()));
  for (const name of ["timeupdate", "durationchange", "play", "pause", "seeked"]) {
    remote.addEventListener(name, show);
  }
  return show;
}

/** Show `button` while there is a receiver for the film of `player`; `formatTime(seconds)` writes its times. */
export function watchReceivers(player, button, formatTime) {
  const { frame, video, source, signal } = player;
  const panel = frame.parentElement.querySelector("[data-player-away]");
  const fetchFolder = folderFetcher(() => source.statusUrl);
  const receiver = new Receiver(button.dataset.probeUrl, Boolean(source.playlistUrl));
  const { remote } = receiver;
  frame.append(remote);
  const showPanel = bindPanel(panel, remote, () => player.duration, formatTime);
  let wasPlaying = false;

  let isThere = false;
  const offer = async () => {
    const folder = await fetchFolder().catch(() => "");
    if (isThere && !signal.aborted) {
      receiver.offer(folder);
      button.hidden = !folder; // the verdict allows no receiver, as that of an editor
    }
  };
  receiver.addEventListener("available", ({ detail }) => {
    isThere = detail;
    button.hidden = !detail;
    if (detail) {
      offer();
    }
  });
  const forget = () => {
    fetchFolder.forget();
    if (isThere) {
      offer();
    }
  };
  // The folder may have ended with the access before.
  source.addEventListener("unlocked", forget, { signal });
  // AirPlay asks for the film in the press itself: an address of some hours ago would have ended.
  const timer = setInterval(() => !button.hidden && receiver.isAirPlay && offer(), RENEW_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  button.addEventListener("click", async () => {
    wasPlaying = !video.paused;
    try {
      await receiver.choose(fetchFolder);
    } catch {
      forget();
      player.showMessage(button.dataset.failed);
    }
  });
  receiver.addEventListener("connected", () => {
    const { currentTime } = video;
    player.withdrawMessage(button.dataset.failed);
    wasPlaying ||= !video.paused;
    video.pause();
    frame.inert = true;
    panel.hidden = false;
    panel.querySelector("h2").focus();
    receiver.playFrom(currentTime, wasPlaying || currentTime === 0);
    showPanel();
  });
  receiver.addEventListener("disconnected", ({ detail }) => {
    if (panel.hidden) {
      return;
    }
    panel.hidden = true;
    frame.inert = false;
    button.focus({ preventScroll: true });
    player.seek(detail.seconds);
    if (detail.isPlaying || detail.hasFailed) {
      video.play().catch(() => {}); // where access has ended, the player says so
    }
    if (detail.hasFailed) {
      forget();
      player.showMessage(button.dataset.failed);
    }
  });
  panel.querySelector("[data-television-leave]").addEventListener("click", () => receiver.leave());
  followSystem(player, fetchFolder);
  receiver.watch(signal);
}
