/* What this browser remembers of the player, under one name. Where nothing can be stored, it forgets, and that is all. */

const KEY = "screening-room.player";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Return what is kept as `name`, or `fallback`. */
export function recall(name, fallback) {
  return read()[name] ?? fallback;
}

/** Keep `value` as `name`. */
export function keep(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), [name]: value }));
  } catch {
    // Private windows and full stores refuse: the film plays all the same.
  }
}
