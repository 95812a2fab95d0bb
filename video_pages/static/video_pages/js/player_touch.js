/* A double tap on the left or right of the video seeks ten seconds. One tap shows and hides the bar. */

const DOUBLE_TAP_MS = 320;
const SECONDS = 10;
const NOTE_MS = 900;

export function bindTouch(player) {
  const { frame, video } = player;
  const messages = frame.querySelector("[data-player-message]").dataset;
  let last = { side: 0, at: -Infinity };
  frame.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch" || event.target.closest("button, .player__bar")) {
      return;
    }
    const box = frame.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const side = share < 0.4 ? -1 : share > 0.6 ? 1 : 0;
    const isSecond = side !== 0 && side === last.side && event.timeStamp - last.at < DOUBLE_TAP_MS;
    last = { side, at: event.timeStamp };
    if (isSecond) {
      player.seek(video.currentTime + side * SECONDS);
      player.showNote(side < 0 ? messages.back : messages.forward, NOTE_MS);
    }
  });
}
