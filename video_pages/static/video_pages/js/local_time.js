/* Writes moments in the visitor's own time zone, and in the visitor's manner of the page's language.
   data-local-time on a <time datetime="…">; what the server wrote stands until then. */

const pageLanguage = document.documentElement.lang || "en";
/** The visitor's own kind of the page's language: "en-GB" on an English page. */
export const language = navigator.languages.find((tag) => tag.startsWith(pageLanguage)) ?? pageLanguage;

const WEEK = 6 * 24 * 3600 * 1000; // in milliseconds; a day of the week names no day beyond it

/** What tells the day of `moment`: nothing for today, its name for the days to come, else the date. */
function dayOf(moment) {
  const now = new Date();
  if (moment.toDateString() === now.toDateString()) {
    return {};
  }
  const isNear = moment > now && moment - now < WEEK;
  return isNear ? { weekday: "long" } : { day: "numeric", month: "long", year: "numeric" };
}

/** Write all of them; again after one has changed. */
export function writeLocalTimes() {
  for (const element of document.querySelectorAll("time[data-local-time]")) {
    const moment = new Date(element.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      element.textContent = moment.toLocaleString(language, {
        hour: "numeric",
        minute: "2-digit",
        ...dayOf(moment),
      });
    }
  }
}

writeLocalTimes();
