/* Writes moments in the visitor's own time zone, and in the visitor's manner of the page's language.
   data-local-time on a <time datetime="…">; what the server wrote stands until then. */

const pageLanguage = document.documentElement.lang || "en";
const language = navigator.languages.find((tag) => tag.startsWith(pageLanguage)) ?? pageLanguage;

/** Write all of them; again after one has changed. */
export function writeLocalTimes() {
  for (const element of document.querySelectorAll("time[data-local-time]")) {
    const moment = new Date(element.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      const today = moment.toDateString() === new Date().toDateString();
      element.textContent = moment.toLocaleString(language, {
        hour: "numeric",
        minute: "2-digit",
        ...(today ? {} : { weekday: "long" }),
      });
    }
  }
}

writeLocalTimes();
