/* A film of a programme: its place is kept in this browser, and what fills the screen is the box around the player, which
   stays while the next film takes the place of this one.
   data-programme, data-film   of the frame: the ids of the section and of the film; data-following is that of the next film */

import { watchPlayed } from "./player_played.js";
import { savePlace } from "./programme_place.js";

const SAVE_MS = 3000;

/** Keep the place of `player` in its programme; nothing without one. */
export function bindProgramme({ frame, video, source, signal }) {
  const { programme, film } = frame.dataset;
  if (!programme) {
    return;
  }
  frame.fullscreenElement = frame.closest(".player");
  const hasPlayed = watchPlayed(video);
  let savedAt = 0;
  const save = () => {
    if (frame.isConnected && hasPlayed() && !video.ended && !source.isRestoring) {
      savedAt = performance.now();
      savePlace(programme, film, video.currentTime);
    }
  };
  video.addEventListener("timeupdate", () => {
    if (performance.now() - savedAt > SAVE_MS) {
      save();
    }
  });
  for (const name of ["pause", "seeked"]) {
    video.addEventListener(name, save);
  }
  video.addEventListener("ended", () =>
    savePlace(programme, frame.querySelector("[data-following]")?.dataset.following),
  );
  window.addEventListener("pagehide", save, { signal });
}
