/* Formats times in the visitor's time zone and in the visitor's variant of the page's language.
   data-local-time and data-local-date on a <time datetime="…">; without this module the server's text stays. */

const pageLanguage = document.documentElement.lang || "en";
/** The visitor's variant of the page's language: "en-GB" on an English page. */
export const language = navigator.languages.find((tag) => tag.startsWith(pageLanguage)) ?? pageLanguage;

const WEEK = 6 * 24 * 3600 * 1000; // in milliseconds; after that, the name of a day is ambiguous
const DATE = { day: "numeric", month: "short", year: "numeric" };
// "09:48" with 24 hours, "9:48 AM" with twelve.
const HAS_24_HOURS = !new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hour12;
const TIME = { hour: HAS_24_HOURS ? "2-digit" : "numeric", minute: "2-digit" };

/** Return the format of the day of `moment`: nothing for today, its name for the next days, else the date. */
function dayOf(moment) {
  const now = new Date();
  if (moment.toDateString() === now.toDateString()) {
    return {};
  }
  const isNear = moment > now && moment - now < WEEK;
  return isNear ? { weekday: "long" } : DATE;
}

function write(selector, format) {
  for (const element of document.querySelectorAll(selector)) {
    const moment = new Date(element.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      element.textContent = moment.toLocaleString(language, format(moment));
    }
  }
}

/** Format all times of the page. Call it again after one has changed. */
export function writeLocalTimes() {
  write("time[data-local-time]", (moment) => ({ ...TIME, ...dayOf(moment) }));
  write("time[data-local-date]", () => DATE);
}

writeLocalTimes();
