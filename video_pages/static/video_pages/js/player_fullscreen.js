/* The end of full screen, so that a dialog on the player is seen. */

/** End the full screen of the document, or that of the `video` itself, which phones of Apple show without its page. */
export async function leaveFullscreen(video) {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
  } else if (video?.webkitDisplayingFullscreen) {
    video.webkitExitFullscreen();
  }
}
