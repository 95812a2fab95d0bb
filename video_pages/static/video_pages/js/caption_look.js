/* How captions look and where they stand, chosen by the viewer and kept in this browser. Colours and sizes are rules of
   player_captions.css for data attributes of the frame; what the viewer's system sets comes before them in browsers. */

import { loadSetting, saveSetting } from "./player_storage.js";

const SIZES = ["small", "normal", "large"];
const LOOKS = ["light", "yellow", "dark", "outline", "system"];
const PLACES = ["below", "above"];
const FIRST_LINE = 0;

/** Bind the look of `tracks` on the player `frame`; `texts` are the data attributes of the menu. */
export function bindLook(frame, tracks, texts) {
  const stored = (name, values) => {
    const value = loadSetting(name, values[0]);
    return values.includes(value) ? value : values[0];
  };
  const chosen = {
    size: loadSetting("captionSize", "normal"),
    look: stored("captionLook", LOOKS),
    place: stored("captionPlace", PLACES),
  };

  // The site sends cues without places of their own, so all follow the viewer.
  const place = (track) => {
    const line = chosen.place === "above" ? FIRST_LINE : "auto";
    let hasChanged = false;
    for (const cue of track.cues ?? []) {
      if (cue.line !== line) {
        cue.line = line;
        hasChanged = true;
      }
    }
    if (hasChanged && track.mode === "showing") {
      // Browsers draw a caption that is on the screen again only then.
      track.mode = "hidden";
      track.mode = "showing";
    }
  };
  const show = () => {
    frame.dataset.captionSize = chosen.size;
    frame.dataset.captionLook = chosen.look;
    frame.dataset.captionPlace = chosen.place;
    tracks.forEach(place);
  };
  const group = (name, values) => ({
    name: texts[name],
    items: values.map((value) => ({
      label: texts[value],
      value: { [name]: value },
      isChecked: chosen[name] === value,
    })),
  });

  for (const element of frame.querySelectorAll("track")) {
    element.addEventListener("load", () => tracks.includes(element.track) && place(element.track));
  }
  show();
  return {
    sizes: () => group("size", SIZES),
    looks: () => [group("look", LOOKS), group("place", PLACES)],
    /** Take a choice of the menu: an object with one of the names size, look and place. */
    choose(choice) {
      Object.assign(chosen, choice);
      const [[name, value]] = Object.entries(choice);
      saveSetting(`caption${name[0].toUpperCase()}${name.slice(1)}`, value);
      show();
    },
  };
}
