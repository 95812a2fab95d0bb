/* Quality, by itself or by hand, and the language of the sound where there are several.
   data-player-menu="quality", data-player-menu="sound" */

import { language } from "./local_time.js";
import { byQuality, fullNameOf, nameOf } from "./player_levels.js";
import { bindMenu } from "./player_menu.js";

const RATE = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });

function bindLevels({ frame, source }) {
  const menu = bindMenu(frame, "quality", {
    groups() {
      const { levels, autoLevelEnabled, currentLevel, manualLevel } = source.api;
      const here = Math.max(currentLevel, 0);
      const auto = { words: menu.root.dataset.auto, value: -1, chosen: autoLevelEnabled };
      if (autoLevelEnabled && currentLevel >= 0) {
        auto.words += ` (${nameOf(levels[here])})`;
      }
      const byHand = levels.map((level, index) => ({
        words: fullNameOf(level, levels, menu.root.dataset.megabits, RATE),
        value: index,
        chosen: !autoLevelEnabled && index === manualLevel,
        level,
      }));
      byHand.sort((a, b) => byQuality(a.level, b.level));
      return [[...byHand, auto]];
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
    menu.show(levels[index] ? nameOf(levels[index]) : menu.root.dataset.auto);
  };
  source.addEventListener("levels", show);
  source.addEventListener("level", show);
}

function bindSounds({ frame, source }) {
  const menu = bindMenu(frame, "sound", {
    groups: () => [
      source.api.audioTracks.map((track, index) => ({
        words: track.name || track.lang,
        value: index,
        chosen: index === source.api.audioTrack,
      })),
    ],
    choose(index) {
      source.api.audioTrack = index;
    },
  });
  source.addEventListener("sounds", () => {
    const { audioTracks, audioTrack } = source.api;
    menu.root.hidden = !audioTracks || audioTracks.length < 2;
    const track = audioTracks?.[audioTrack];
    if (track) {
      menu.show(track.lang ? track.lang.slice(0, 2).toUpperCase() : track.name);
    }
  });
}

export function bindQuality(player) {
  bindLevels(player);
  bindSounds(player);
}
