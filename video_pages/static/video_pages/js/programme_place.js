/* The place of this browser in each programme: {film: id of a page, seconds}. The oldest comes first: its key is the id of
   the section after a letter, as the keys of an object that are whole numbers are in the order of numbers. */

import { loadSetting, saveSetting } from "./player_storage.js";

const KEY = "programmes";
const MAX_PROGRAMMES = 50;
const keyOf = (id) => `p${id}`;

/** Return the place in the programme `id`, or null. */
export function loadPlace(id) {
  const place = loadSetting(KEY, {})[keyOf(id)];
  return place?.film ? place : null;
}

/** Store that the programme `id` goes on with `film` at `seconds`; without a film, it is forgotten. */
export function savePlace(id, film, seconds = 0) {
  const { [keyOf(id)]: _old, ...others } = loadSetting(KEY, {});
  const places = Object.entries(others).slice(1 - MAX_PROGRAMMES);
  if (film) {
    places.push([keyOf(id), { film: String(film), seconds: Math.floor(seconds) }]);
  }
  saveSetting(KEY, Object.fromEntries(places));
}
