/* The frame that a video shows, kept on it while its source is replaced. */

/** Cover `video` with its present frame until it shows one again; return an object with `remove()`. */
export function showStill(video) {
  const { videoWidth, videoHeight } = video;
  if (!videoWidth || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
    return { remove() {} };
  }
  const still = document.createElement("canvas");
  still.width = videoWidth;
  still.height = videoHeight;
  still.className = "player__still";
  still.slot = video.slot;
  still.getContext("2d").drawImage(video, 0, 0);
  video.after(still);
  const isShown = () => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !video.seeking;
  const events = ["loadeddata", "seeked", "playing", "timeupdate"];
  const remove = () => {
    still.remove();
    for (const name of events) {
      video.removeEventListener(name, look);
    }
  };
  const look = () => {
    if (isShown()) {
      requestAnimationFrame(() => requestAnimationFrame(remove)); // the frame is drawn by then
    }
  };
  // The old source is in these states, too, until the new one empties the video.
  video.addEventListener("emptied", () => events.forEach((name) => video.addEventListener(name, look)), { once: true });
  return { remove };
}
