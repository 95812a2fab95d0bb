/* Loads a list again that the browser shows from its memory when the visitor goes back to it. Cards say whether a film is
   locked, and the visitor may have unlocked one meanwhile. The server answers 304 if nothing has changed. */

window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    window.location.reload();
  }
});
