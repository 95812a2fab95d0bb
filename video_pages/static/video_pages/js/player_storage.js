/* The player's settings in this browser, stored under one key. Without a store, nothing is kept. */

const KEY = "screening-room.player";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Return the setting `name`, or `fallback`. */
export function loadSetting(name, fallback) {
  return read()[name] ?? fallback;
}

/** Store the setting `name`. */
export function saveSetting(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), [name]: value }));
  } catch {
    // Private windows and full stores refuse; playback does not depend on it.
  }
}
