/* The menu for captions, subtitles and descriptions: the track, the size of its text, and on a second page its colours and
   its place. All are stored in this browser.
   data-player-menu="captions" */

import { bindLook } from "./caption_look.js";
import { bindDescriptions } from "./player_descriptions.js";
import { bindMenu } from "./player_menu.js";
import { loadSetting, saveSetting } from "./player_storage.js";
import { findTrack, nameOf } from "./player_tracks.js";
import { languageOfLabel } from "./text_language.js";

export function bindCaptions(player) {
  const { frame, video } = player;
  const tracks = [...video.textTracks].filter(({ kind }) => kind === "subtitles" || kind === "captions");
  // media-chrome reads chapters and preview images from tracks that are loaded and hidden.
  for (const track of video.textTracks) {
    if (track.kind === "chapters" || track.kind === "metadata") {
      track.mode = "hidden";
    }
  }
  const labels = frame.querySelector("[data-player-menu=captions]").dataset;
  const descriptions = bindDescriptions(player, labels.described);
  if (!tracks.length && !descriptions) {
    return;
  }
  const shownTrack = () => tracks.find(({ mode }) => mode === "showing");

  const look = bindLook(frame, tracks, labels);
  let showsLook = false;
  const captionItems = () => [
    { label: labels.off, value: { track: null }, isChecked: !shownTrack() },
    ...tracks.map((track) => ({
      label: track.label || track.language,
      language: languageOfLabel(track.label, track.language),
      value: { track },
      isChecked: track === shownTrack(),
    })),
  ];
  const lookItems = [{ label: labels.more, value: "look", kind: "action" }];
  const menu = bindMenu(frame, "captions", {
    groups() {
      if (showsLook) {
        showsLook = false; // the next time it begins with the tracks
        return look.looks();
      }
      const described = descriptions ? [{ name: labels.descriptions, items: descriptions.items() }] : [];
      const captions = { name: labels.captions, items: captionItems() };
      return tracks.length ? [captions, ...described, look.sizes(), { items: lookItems }] : described;
    },
    choose(value) {
      if (value === "look") {
        showsLook = true;
      } else if ("track" in value) {
        choose(value.track);
      } else if ("described" in value) {
        descriptions.choose(value.described);
        showState();
      } else {
        look.choose(value);
        showsLook = !("size" in value); // several choices can be tried
      }
      return showsLook;
    },
  });
  menu.root.hidden = false;
  if (descriptions) {
    menu.setName(labels.both);
  }

  function showState() {
    const hasCaptions = Boolean(shownTrack());
    menu.root.toggleAttribute("data-on", hasCaptions || Boolean(descriptions?.isOn()));
    frame.toggleAttribute("data-shows-captions", hasCaptions);
  }

  function show(chosen) {
    for (const track of tracks) {
      track.mode = track === chosen ? "showing" : "disabled";
    }
    showState();
  }

  function choose(track) {
    show(track);
    last = track ?? last;
    saveSetting("captions", track ? nameOf(track) : "off");
  }

  if (tracks.length) {
    player.toggleCaptions = () => choose(shownTrack() ? null : last);
  }
  const stored = loadSetting("captions", null);
  const byDefault = [...video.querySelectorAll("track[default]")]
    .map(({ track }) => track)
    .find((track) => tracks.includes(track));
  const initial = findTrack(tracks, stored) ?? byDefault ?? null;
  let last = initial ?? tracks[0]; // what the key C brings back
  if (player.source.hasStarted && shownTrack() !== byDefault) {
    choose(shownTrack() ?? null); // chosen in the browser's own controls
  } else {
    show(stored === "off" ? null : initial);
  }
}
