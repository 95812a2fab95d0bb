/* The dialog in place of a video that may not be watched any more and that no password in the dialog opens: the reason, and
   a link to the home page if the page of the video is gone, else a button that loads that page. */

/** Return whether the site still has this page; true as well without an answer. */
async function isPageThere() {
  try {
    const { status } = await fetch(location.pathname, { cache: "no-store" });
    return status !== 404 && status !== 410;
  } catch {
    return true;
  }
}

export async function showUnavailable(frame) {
  const dialog = document.querySelector("[data-player-unavailable]");
  const isThere = await isPageThere();
  if (document.fullscreenElement) {
    await document.exitFullscreen();
  }
  const part = (name) => dialog.querySelector(`[data-player-unavailable-${name}]`);
  part("removed").hidden = isThere;
  part("home").hidden = isThere;
  part("changed").hidden = !isThere;
  part("reload").hidden = !isThere;
  part("reload").addEventListener("click", () => location.reload());
  dialog.hidden = false;
  frame.inert = true;
  dialog.querySelector("h2").focus();
}
