/* Replaces media-chrome's unused dialog for keys, by the import map; media-controller imports this function only. */

/** Return the name of a key in the attribute `hotkeys`. */
export function getHotkeyToken(key) {
  return key === " " ? "nospace" : `no${key.toLowerCase()}`;
}
