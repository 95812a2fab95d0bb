/* The menus for the quality, automatic or chosen, and for the language of the audio.
   data-player-menu="quality", data-player-menu="audio" */

import { language } from "./local_time.js";
import { byQuality, fullNameOf, nameOf } from "./player_levels.js";
import { bindMenu } from "./player_menu.js";
import { languageOfLabel } from "./text_language.js";

const BIT_RATE = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });

function bindLevels({ frame, source }) {
  const menu = bindMenu(frame, "quality", {
    groups() {
      const { levels, autoLevelEnabled, currentLevel, manualLevel } = source.api;
      const current = Math.max(currentLevel, 0);
      const auto = { label: menu.root.dataset.auto, value: -1, isChecked: autoLevelEnabled };
      if (autoLevelEnabled && currentLevel >= 0) {
        auto.label += ` (${nameOf(levels[current])})`;
      }
      const manual = levels.map((level, index) => ({
        label: fullNameOf(level, levels, menu.root.dataset.megabits, BIT_RATE),
        value: index,
        isChecked: !autoLevelEnabled && index === manualLevel,
        level,
      }));
      manual.sort((a, b) => byQuality(a.level, b.level));
      return [{ items: [...manual, auto] }];
    },
    choose(index) {
      source.api.nextLevel = index;
      show();
    },
  });
  const show = () => {
    const { levels, autoLevelEnabled, currentLevel, manualLevel } = source.api;
    const index = autoLevelEnabled ? currentLevel : manualLevel;
    menu.root.hidden = levels.length < 2;
    menu.setLabel(levels[index] ? nameOf(levels[index]) : menu.root.dataset.auto);
  };
  source.addEventListener("levels", show);
  source.addEventListener("levelswitch", show);
}

function bindAudioTracks({ frame, source }) {
  const menu = bindMenu(frame, "audio", {
    groups() {
      const items = source.api.audioTracks.map((track, index) => ({
        label: track.name || track.lang,
        language: languageOfLabel(track.name ?? "", track.lang),
        value: index,
        isChecked: index === source.api.audioTrack,
      }));
      return [{ items }];
    },
    choose(index) {
      source.api.audioTrack = index;
    },
  });
  source.addEventListener("audiotracks", () => {
    const { audioTracks, audioTrack } = source.api;
    menu.root.hidden = !audioTracks || audioTracks.length < 2;
    const track = audioTracks?.[audioTrack];
    if (track) {
      menu.setLabel(track.lang ? track.lang.slice(0, 2).toUpperCase() : track.name);
    }
  });
}

export function bindQuality(player) {
  bindLevels(player);
  bindAudioTracks(player);
}
