/* Writes moments in the visitor's own time zone, and in the visitor's manner of the page's language.
   data-local-time and data-local-date on a <time datetime="…">; what the server wrote stands until then. */

const pageLanguage = document.documentElement.lang || "en";
/** The visitor's own kind of the page's language: "en-GB" on an English page. */
export const language = navigator.languages.find((tag) => tag.startsWith(pageLanguage)) ?? pageLanguage;

const WEEK = 6 * 24 * 3600 * 1000; // in milliseconds; a day of the week names no day beyond it
const DATE = { day: "numeric", month: "short", year: "numeric" };
// "09:48" where a day has 24 hours, "9:48 AM" where it has twice twelve.
const HAS_24_HOURS = !new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hour12;
const TIME = { hour: HAS_24_HOURS ? "2-digit" : "numeric", minute: "2-digit" };

/** What tells the day of `moment`: nothing for today, its name for the days to come, else the date. */
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

/** Write all of them; again after one has changed. */
export function writeLocalTimes() {
  write("time[data-local-time]", (moment) => ({ ...TIME, ...dayOf(moment) }));
  write("time[data-local-date]", () => DATE);
}

writeLocalTimes();
