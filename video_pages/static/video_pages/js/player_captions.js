/* The menu for captions and subtitles: the track, the size of its text, and on a second page its colours and its place.
   All are stored in this browser.
   data-player-menu="captions" */

import { bindLook } from "./caption_look.js";
import { bindMenu } from "./player_menu.js";
import { loadSetting, saveSetting } from "./player_storage.js";

export function bindCaptions(player) {
  const { frame, video } = player;
  const tracks = [...video.textTracks].filter(({ kind }) => kind === "subtitles" || kind === "captions");
  // media-chrome reads chapters and preview images from tracks that are loaded and hidden.
  for (const track of video.textTracks) {
    if (track.kind === "chapters" || track.kind === "metadata") {
      track.mode = "hidden";
    }
  }
  if (!tracks.length) {
    return;
  }
  const nameOf = (track) => `${track.language} ${track.kind}`;
  const shownTrack = () => tracks.find(({ mode }) => mode === "showing");

  const labels = frame.querySelector("[data-player-menu=captions]").dataset;
  const look = bindLook(frame, tracks, labels);
  let showsLook = false;
  const menu = bindMenu(frame, "captions", {
    groups() {
      if (showsLook) {
        showsLook = false; // the next time it begins with the tracks
        return look.looks();
      }
      return [
        [
          { label: labels.off, value: { track: null }, isChecked: !shownTrack() },
          ...tracks.map((track) => ({
            label: track.label || track.language,
            value: { track },
            isChecked: track === shownTrack(),
          })),
        ],
        look.sizes(),
        [{ label: labels.more, value: "look", kind: "action" }],
      ];
    },
    choose(value) {
      if (value === "look") {
        showsLook = true;
      } else if ("track" in value) {
        choose(value.track);
      } else {
        look.choose(value);
        showsLook = !("size" in value); // several choices can be tried
      }
      return showsLook;
    },
  });
  menu.root.hidden = false;

  function show(chosen) {
    for (const track of tracks) {
      track.mode = track === chosen ? "showing" : "disabled";
    }
    menu.root.toggleAttribute("data-on", Boolean(chosen));
    frame.toggleAttribute("data-shows-captions", Boolean(chosen));
  }

  function choose(track) {
    show(track);
    saveSetting("captions", track ? nameOf(track) : "off");
  }

  player.toggleCaptions = () => {
    const last = tracks.find((track) => nameOf(track) === lastName) ?? tracks[0];
    choose(shownTrack() ? null : last);
  };
  const stored = loadSetting("captions", null);
  const byDefault = [...video.querySelectorAll("track[default]")]
    .map(({ track }) => track)
    .find((track) => tracks.includes(track));
  const lastName = stored === "off" || !stored ? byDefault && nameOf(byDefault) : stored;
  const initial = tracks.find((track) => nameOf(track) === stored) ?? byDefault ?? null;
  if (player.source.hasStarted && shownTrack() !== byDefault) {
    choose(shownTrack() ?? null); // chosen in the browser's own controls
  } else {
    show(stored === "off" ? null : initial);
  }
}
