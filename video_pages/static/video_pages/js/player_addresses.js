/* New addresses of the files of a film, after another key of a frame has been given. */

/** Give `source` the addresses of all files of `fresh`, the player in an answer of the site. */
export function adoptAddresses(source, fresh) {
  const { api, file, frame, video } = source;
  Object.assign(frame.dataset, fresh.dataset);
  if (file) {
    file.src = fresh.querySelector("source").getAttribute("src");
  }
  const [here, there] = [frame, fresh].map((root) => [...root.querySelectorAll("track")]);
  here.slice(0, there.length).forEach((track, number) => {
    track.src = there[number].getAttribute("src");
  });
  if (!api && video.hasAttribute("src")) {
    video.src = source.playlistUrl; // the browser's own HLS
  }
}
