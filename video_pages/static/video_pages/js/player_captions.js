/* The menu for captions and subtitles: the track and the size of its text. Both are stored in this browser.
   data-player-menu="captions" */

import { bindMenu } from "./player_menu.js";
import { loadSetting, saveSetting } from "./player_storage.js";

const SIZES = ["small", "normal", "large"];

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

  const menu = bindMenu(frame, "captions", {
    groups() {
      const labels = menu.root.dataset;
      const size = loadSetting("captionSize", "normal");
      return [
        [
          { label: labels.off, value: { track: null }, isChecked: !shownTrack() },
          ...tracks.map((track) => ({
            label: track.label || track.language,
            value: { track },
            isChecked: track === shownTrack(),
          })),
        ],
        SIZES.map((name) => ({ label: labels[name], value: { size: name }, isChecked: name === size })),
      ];
    },
    choose({ track, size }) {
      if (size) {
        saveSetting("captionSize", size);
        frame.dataset.captionSize = size;
      } else {
        choose(track);
      }
    },
  });
  menu.root.hidden = false;

  function show(chosen) {
    for (const track of tracks) {
      track.mode = track === chosen ? "showing" : "disabled";
    }
    menu.root.toggleAttribute("data-on", Boolean(chosen));
  }

  function choose(track) {
    show(track);
    saveSetting("captions", track ? nameOf(track) : "off");
  }

  player.toggleCaptions = () => {
    const last = tracks.find((track) => nameOf(track) === lastName) ?? tracks[0];
    choose(shownTrack() ? null : last);
  };
  frame.dataset.captionSize = loadSetting("captionSize", "normal");
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
