/* The page of a programme: the button that begins it goes on where this browser stopped, and the moment at which it begins
   is written in the visitor's own time zone, if that differs.
   data-programme-start="id"       the link to the first film; data-label and data-label-with-time are its other texts
   data-programme-film="id"        an item of the list, which contains the link to a film
   data-programme-begins="date"    with data-offset, the minutes from UTC to the time of the site then */

import { DAY, languageOfMoments, momentInSentence, TIME } from "./moment_format.js";
import { formatTime } from "./time_format.js";
import { loadPlace } from "./programme_place.js";

const LEAST_SECONDS = 5;

function offerPlace(link) {
  const place = loadPlace(link.dataset.programmeStart);
  const items = [...document.querySelectorAll("[data-programme-film]")];
  const index = items.findIndex((item) => item.dataset.programmeFilm === place?.film);
  const hasTime = place?.seconds >= LEAST_SECONDS;
  if (index < 0 || (index === 0 && !hasTime)) {
    return;
  }
  const address = new URL(items[index].querySelector("a").href);
  const label = hasTime ? link.dataset.labelWithTime : link.dataset.label;
  if (hasTime) {
    address.searchParams.set("t", place.seconds);
  }
  link.href = address.href;
  link.textContent = label.replace("{number}", index + 1).replace("{time}", formatTime(place.seconds));
}

function writeBeginning(element) {
  const moment = new Date(element.dataset.programmeBegins);
  if (-moment.getTimezoneOffset() !== Number(element.dataset.offset)) {
    const format = { ...DAY, ...TIME, timeZoneName: "short" };
    const language = languageOfMoments(document.documentElement.lang || "en", navigator.languages);
    const text = momentInSentence(moment, language, format);
    element.textContent = element.dataset.label.replace("%s", text);
    element.hidden = false;
  }
}

document.querySelectorAll("[data-programme-start]").forEach(offerPlace);
document.querySelectorAll("[data-programme-begins]").forEach(writeBeginning);
