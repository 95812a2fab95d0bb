/* Keys of the caption editor. All have a modifier, so that none of them is typed into a line by accident. On Apple's
   keyboards Option types letters (œ, ó, ł) and moves the cursor by words, so there the commands need Control too. */

const IS_APPLE = /^(?:Mac|iP)/.test(globalThis.navigator?.platform ?? "");
const TYPED_IN =
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=file], [type=button])";

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

/**
 * Return the name of the command of a keydown event, or null. By the place of the key: Alt changes what it types.
 * `isApple` is true for a device of Apple: Control Option in place of Alt, Command in place of Control.
 */
export function commandOf(event, isApple = IS_APPLE) {
  const isAlt = event.altKey && event.ctrlKey === isApple && !event.metaKey && !event.shiftKey;
  if (isAlt) {
    return WITH_ALT[event.code] ?? null;
  }
  const [isControl, isOther] = isApple ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (isControl && !isOther && !event.altKey) {
    const key = event.key.toLowerCase();
    if (key === "z") {
      return event.shiftKey ? "redo" : "undo";
    }
    // Command Y is the history of Apple's browsers.
    return { y: isApple ? null : "redo", s: "save" }[event.shiftKey ? "" : key] ?? null;
  }
  return null;
}

/** True if `field` is a field in which a person types, outside of `list`: keys for words and lines are its own there. */
export const isTypedIn = (field, list) => Boolean(field.matches?.(TYPED_IN)) && !list.contains(field);

/** Show the keys of Apple's keyboards in `root`, on such a device. */
export function nameKeys(root, isApple = IS_APPLE) {
  for (const key of isApple ? root.querySelectorAll("[data-apple-keys]") : []) {
    key.textContent = key.dataset.appleKeys;
  }
}
