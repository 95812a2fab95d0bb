/* Keys of the caption editor. All have a modifier, so that none of them is typed into a line by accident. */

const WITH_ALT = {
  KeyP: "playPause",
  Enter: "playCue",
  KeyI: "startHere",
  KeyO: "endHere",
  KeyK: "endHereNext",
  KeyS: "split",
  KeyJ: "join",
  KeyN: "insert",
  Backspace: "remove",
  ArrowUp: "previous",
  ArrowDown: "next",
  ArrowLeft: "back",
  ArrowRight: "forward",
};

/** Return the name of the command of a keydown event, or null. By the place of the key: Alt changes what it types. */
export function commandOf(event) {
  const isControl = event.ctrlKey || event.metaKey;
  if (event.altKey && !isControl && !event.shiftKey) {
    return WITH_ALT[event.code] ?? null;
  }
  if (isControl && !event.altKey) {
    const key = event.key.toLowerCase();
    if (key === "z") {
      return event.shiftKey ? "redo" : "undo";
    }
    return { y: "redo", s: "save" }[event.shiftKey ? "" : key] ?? null;
  }
  return null;
}
