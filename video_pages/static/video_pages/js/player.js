/* Says so when the film can't be loaded or stops: the browser's own controls stay silent about it.
   data-player-trouble   the hidden sentence that follows the video */

const video = document.getElementById("player");
const trouble = document.querySelector("[data-player-trouble]");

if (video && trouble) {
  const tell = () => {
    trouble.hidden = false;
  };
  video.addEventListener("error", tell);
  // With <source> children the error is told to the last of them, and does not bubble.
  video.querySelector("source:last-of-type")?.addEventListener("error", tell);
  video.addEventListener("playing", () => {
    trouble.hidden = true;
  });
}
