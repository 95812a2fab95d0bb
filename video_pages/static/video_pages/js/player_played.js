/* Whether a video has played. Chromium fills video.played by a seek alone. */

/** Return a function that tells whether `video` plays or has played since this call. */
export function watchPlayed(video) {
  let hasPlayed = !video.paused;
  video.addEventListener("playing", () => {
    hasPlayed = true;
  });
  return () => hasPlayed;
}
