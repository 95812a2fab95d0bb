/* Writes a moment in a language, for people. */

const FRENCH_FIRST = /\b1(?= \p{Letter})/u; // the day 1 before the name of its month

export const DAY = { day: "numeric", month: "short" };
export const DATE = { ...DAY, year: "numeric" };
export const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** Return `moment` (a Date) in `language`, with the options of Intl.DateTimeFormat; in French, the first of a month is "1er". */
export function formatMoment(moment, language, options) {
  const text = moment.toLocaleString(language, options);
  return language.startsWith("fr") ? text.replace(FRENCH_FIRST, "1er") : text;
}
