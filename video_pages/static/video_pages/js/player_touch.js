/* Two quick taps on the left or right of the picture: ten seconds back or on. One tap shows and hides the bar. */

const QUICK_MS = 320;
const SECONDS = 10;
const TOLD_MS = 900;

export function bindTouch(player) {
  const { frame, video, say } = player;
  const words = frame.querySelector("[data-player-said]").dataset;
  let last = { side: 0, at: -Infinity };
  frame.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch" || event.target.closest("button, .player__bar")) {
      return;
    }
    const box = frame.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const side = share < 0.4 ? -1 : share > 0.6 ? 1 : 0;
    const isSecond = side !== 0 && side === last.side && event.timeStamp - last.at < QUICK_MS;
    last = { side, at: event.timeStamp };
    if (isSecond) {
      player.seek(video.currentTime + side * SECONDS);
      say(side < 0 ? words.back : words.on);
      setTimeout(() => say(""), TOLD_MS);
    }
  });
}
