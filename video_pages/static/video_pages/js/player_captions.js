/* Captions and subtitles: which are shown, how large, and that this is remembered.
   data-player-menu="captions" */

import { bindMenu } from "./player_menu.js";
import { keep, recall } from "./player_storage.js";

const SIZES = ["small", "normal", "large"];

export function bindCaptions(player) {
  const { frame, video } = player;
  const tracks = [...video.textTracks].filter(({ kind }) => kind === "subtitles" || kind === "captions");
  // media-chrome reads chapters and pictures from tracks that are loaded, though never shown.
  for (const track of video.textTracks) {
    if (track.kind === "chapters" || track.kind === "metadata") {
      track.mode = "hidden";
    }
  }
  if (!tracks.length) {
    return;
  }
  const nameOf = (track) => `${track.language} ${track.kind}`;
  const shown = () => tracks.find(({ mode }) => mode === "showing");

  const menu = bindMenu(frame, "captions", {
    groups() {
      const words = menu.root.dataset;
      const size = recall("captionSize", "normal");
      return [
        [
          { words: words.off, value: { track: null }, chosen: !shown() },
          ...tracks.map((track) => ({
            words: track.label || track.language,
            value: { track },
            chosen: track === shown(),
          })),
        ],
        SIZES.map((name) => ({ words: words[name], value: { size: name }, chosen: name === size })),
      ];
    },
    choose({ track, size }) {
      if (size) {
        keep("captionSize", size);
        frame.dataset.captionSize = size;
      } else {
        choose(track);
      }
    },
  });
  menu.root.hidden = false;

  function show(wanted) {
    for (const track of tracks) {
      track.mode = track === wanted ? "showing" : "disabled";
    }
    menu.root.toggleAttribute("data-on", Boolean(wanted));
  }

  function choose(track) {
    show(track);
    keep("captions", track ? nameOf(track) : "off");
  }

  player.toggleCaptions = () => choose(shown() ? null : (tracks.find((track) => nameOf(track) === last) ?? tracks[0]));
  frame.dataset.captionSize = recall("captionSize", "normal");
  const kept = recall("captions", null);
  const first = [...video.querySelectorAll("track[default]")]
    .map(({ track }) => track)
    .find((track) => tracks.includes(track));
  const last = kept === "off" || !kept ? first && nameOf(first) : kept;
  show(kept === "off" ? null : (tracks.find((track) => nameOf(track) === kept) ?? first ?? null));
}
