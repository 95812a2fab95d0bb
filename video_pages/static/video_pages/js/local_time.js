/* Writes moments in the visitor's own time zone, and in English as the region of the visitor writes them. The server writes
   them in its zone and with that zone's name, with the month in letters and 24 hours, which everybody reads alike; that
   text stays without scripts. data-local-time, data-local-date and data-local-day (a date without its
   year) on a <time datetime="…">. Times within [data-with-zone] have the name of the zone. */

import { DATE, DAY, formatMoment, languageOfMoments, momentInSentence, TIME, variantOf } from "./moment_format.js";

const pageLanguage = document.documentElement.lang || "en";
/** The visitor's variant of the page's language: "en-GB" on an English page. */
export const language = variantOf(pageLanguage, navigator.languages);
const momentLanguage = languageOfMoments(pageLanguage, navigator.languages);

const NEAR = 20 * 3600 * 1000; // milliseconds in which a time of day names one moment; see format_until in humanize.py

/** Return the format of `moment` in `element`: its time, with the date if it is not in the next hours. */
function formatOf(moment, element) {
  const ahead = moment - Date.now();
  const zone = element.closest("[data-with-zone]") ? { timeZoneName: "short" } : {};
  return { ...(ahead >= 0 && ahead < NEAR ? {} : DATE), ...TIME, ...zone };
}

/** Return `moment` (a Date) with its date and time, as all moments of the page are written. */
export function dateAndTime(moment) {
  return formatMoment(moment, momentLanguage, { ...DATE, ...TIME });
}

function write(selector, format) {
  for (const element of document.querySelectorAll(selector)) {
    const moment = new Date(element.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      element.textContent = momentInSentence(moment, momentLanguage, format(moment, element));
    }
  }
}

/** Format all times of the page. Call it again after one has changed. */
export function writeLocalTimes() {
  write("time[data-local-time]", formatOf);
  write("time[data-local-date]", () => DATE);
  write("time[data-local-day]", () => DAY);
}

writeLocalTimes();
