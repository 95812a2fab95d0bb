/* The place of this browser in each programme, by the id of the section: {film: id of a page, seconds}. */

import { loadSetting, saveSetting } from "./player_storage.js";

const KEY = "programmes";
const MAX_PROGRAMMES = 50;

/** Return the place in the programme `id`, or null. */
export function loadPlace(id) {
  const place = loadSetting(KEY, {})[id];
  return place?.film ? place : null;
}

/** Store that the programme `id` goes on with `film` at `seconds`; without a film, it is forgotten. */
export function savePlace(id, film, seconds = 0) {
  const { [id]: _old, ...others } = loadSetting(KEY, {});
  const places = Object.entries(others).slice(1 - MAX_PROGRAMMES);
  if (film) {
    places.push([id, { film: String(film), seconds: Math.floor(seconds) }]);
  }
  saveSetting(KEY, Object.fromEntries(places));
}
