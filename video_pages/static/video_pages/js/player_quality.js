/* Quality, by itself or by hand, and the language of the sound where there are several.
   data-player-menu="quality", data-player-menu="sound" */

import { language } from "./local_time.js";
import { bindMenu } from "./player_menu.js";

/** The lines of a picture as people know them: 1920 by 800 and 1080 by 1920 are both "1080p", as in the ladder. */
function linesOf({ width, height }) {
  return Math.max(Math.min(width, height), Math.round((Math.max(width, height) * 9) / 16));
}

const FAMILIES = { avc1: "H.264", hvc1: "HEVC", av01: "AV1" };
const RATE = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
const BITS = 1_000_000;

const nameOf = (level) => `${linesOf(level)}p`;
const familyOf = (level) => FAMILIES[level.videoCodec?.slice(0, 4)] ?? "";
const bitsOf = ({ attrs, bitrate }) => attrs?.decimalInteger("AVERAGE-BANDWIDTH") || bitrate;

/** The name, with the codec where a size comes in several, and the bit rate where one codec does. */
function fullNameOf(level, levels, megabits) {
  const twins = levels.filter((other) => linesOf(other) === linesOf(level));
  const parts = [nameOf(level)];
  if (new Set(twins.map(familyOf)).size > 1) {
    parts.push(familyOf(level));
  }
  if (twins.filter((other) => familyOf(other) === familyOf(level)).length > 1) {
    parts.push(megabits.replace("%s", RATE.format(bitsOf(level) / BITS)));
  }
  return parts.filter(Boolean).join(" · ");
}

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
        words: fullNameOf(level, levels, menu.root.dataset.megabits),
        value: index,
        chosen: !autoLevelEnabled && index === manualLevel,
        weight: [linesOf(level), bitsOf(level)],
      }));
      byHand.sort((a, b) => b.weight[0] - a.weight[0] || b.weight[1] - a.weight[1]);
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
