/* Stands in for media-chrome's dialog of its own keys, by the import map: five kilobytes that would never be shown, as
   player_keys.js has the keys. media-controller asks this one thing of that module. */

/** Return what the attribute `hotkeys` calls a key. */
export function getHotkeyToken(key) {
  return key === " " ? "nospace" : `no${key.toLowerCase()}`;
}
