/* What is offered on the video when it is over: again, the next film, back to the section.
   data-player-end   the box, which contains data-player-again */

import { bindUpNext } from "./player_upnext.js";

/** Show the box at the end of the video, until it plays or is sought. The focus follows, if the player or nothing has it. */
export function bindEnd(player) {
  const { frame, video, toggle } = player;
  const box = frame.querySelector("[data-player-end]");
  const again = box.querySelector("[data-player-again]");
  const upNext = bindUpNext(player, box);
  const show = () => {
    const { activeElement } = document;
    box.hidden = false;
    const first = upNext.begin() ?? again;
    frame.toggleAttribute("data-ended", true);
    if (!frame.inert && (activeElement === document.body || frame.contains(activeElement))) {
      first.focus({ preventScroll: true });
    }
  };
  const hide = () => {
    const hadFocus = box.contains(document.activeElement);
    box.hidden = true;
    upNext.end();
    frame.toggleAttribute("data-ended", false);
    if (hadFocus) {
      frame.querySelector(".player__bar [data-player-play]").focus({ preventScroll: true });
    }
  };
  again.addEventListener("click", toggle);
  video.addEventListener("ended", show);
  video.addEventListener("play", hide);
  video.addEventListener("seeking", () => {
    if (!video.ended) {
      hide();
    }
  });
}
