/* Writes a moment in a language, for people. */

const FRENCH_FIRST = /\b1(?= \p{Letter})/u; // the day 1 before the name of its month
const CLOCK = /\d\d:\d\d/;
const ENGLISH = /^en(-|$)/i;
const ENGLISH_OF_A_REGION = /^en-/i;

export const DAY = { day: "numeric", month: "short" };
export const DATE = { ...DAY, year: "numeric" };
export const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/**
 * Return the language of the moments on a page in `pageLanguage` for a browser that prefers `languages`.
 *
 * English is written in two orders and with two clocks, so its region counts: that of the first English among `languages`.
 */
export function languageOfMoments(pageLanguage, languages) {
  return (ENGLISH.test(pageLanguage) && languages.find((tag) => ENGLISH.test(tag) && isTag(tag))) || pageLanguage;
}

/** Return the first of `languages`, those of the browser, that is a variant of `pageLanguage`: "en-GB" for "en"; else itself. */
export function variantOf(pageLanguage, languages) {
  return languages.find((tag) => tag.startsWith(pageLanguage) && isTag(tag)) ?? pageLanguage;
}

/** Return whether `text` is a language tag of BCP 47: Chrome takes its first from the system, which may write "en-US@posix". */
function isTag(text) {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/**
 * Return `moment` (a Date) in `language`, with the options of Intl.DateTimeFormat; in French, the first of a month is "1er".
 *
 * The clock has 24 hours, but in the English of a region that has 12.
 */
export function formatMoment(moment, language, options) {
  const text = moment.toLocaleString(language, withClockOf(language, options));
  return language.startsWith("fr") ? text.replace(FRENCH_FIRST, "1er") : text;
}

/** Return `formatMoment` for a sentence, in which German says "18:00 Uhr"; moment_in_sentence of humanize.py writes the same. */
export function momentInSentence(moment, language, options) {
  const text = formatMoment(moment, language, options);
  return language.startsWith("de") ? text.replace(CLOCK, "$& Uhr") : text;
}

function withClockOf(language, options) {
  if (!options.hour || !ENGLISH_OF_A_REGION.test(language)) {
    return options;
  }
  const { hourCycle } = new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions();
  return hourCycle === "h12" || hourCycle === "h11" ? { ...options, hour: "numeric", hourCycle } : options;
}
