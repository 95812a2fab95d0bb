/* Descriptions of the picture, for viewers who can't see it. A track of this kind is never drawn: its lines go into a live
   region, which screen readers read out without interrupting themselves. Off until the viewer switches it on; kept in this
   browser.
   data-player-description   the live region */

import { loadSetting, saveSetting } from "./player_storage.js";
import { findTrack, nameOf } from "./player_tracks.js";

/** Return the text of `cue` without its markup. */
const textOf = (cue) => cue.getCueAsHTML().textContent;

/**
 * Bind the descriptions of the film; return null if it has none, else {items, choose, isOn}: the entries of a menu, which are
 * switched one by one, what to do with the value of one, and whether one is on. `label` has %s for the name of a track.
 */
export function bindDescriptions({ frame, video }, label) {
  const tracks = [...video.textTracks].filter(({ kind }) => kind === "descriptions");
  if (!tracks.length) {
    return null;
  }
  const region = frame.querySelector("[data-player-description]");
  let chosen = null;
  let spoken = new Set();

  /** Write the lines that have begun: one that lasts is not read again when another ends. */
  const speak = () => {
    const now = chosen ? [...(chosen.activeCues ?? [])] : [];
    const begun = now.filter((cue) => !spoken.has(cue));
    spoken = new Set(now);
    if (begun.length || !now.length) {
      region.textContent = begun.map(textOf).join("\n");
    }
  };
  const show = (track) => {
    for (const each of tracks) {
      each.mode = each === track ? "hidden" : "disabled"; // loaded and followed, and not drawn
    }
    chosen = track;
    spoken = new Set();
    region.lang = track?.language ?? "";
    speak();
  };
  for (const track of tracks) {
    track.addEventListener("cuechange", speak);
  }
  show(findTrack(tracks, loadSetting("descriptions", "off")) ?? null);
  return {
    isOn: () => Boolean(chosen),
    items: () =>
      tracks.map((track) => ({
        label: label.replace("%s", track.label || track.language),
        value: { described: track },
        kind: "checkbox",
        isChecked: track === chosen,
      })),
    choose(track) {
      show(track === chosen ? null : track);
      saveSetting("descriptions", chosen ? nameOf(chosen) : "off");
    },
  };
}
