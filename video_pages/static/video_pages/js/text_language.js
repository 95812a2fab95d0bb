/* Texts in another language than that of the page around them. */

/** Show `text` in `element`; `language` is its language, "" for that of the page. */
export function setText(element, text, language) {
  element.textContent = text;
  setLanguage(element, language);
}

/** Set the attribute `lang`, or remove it: an empty one says that the language is not known. */
export function setLanguage(element, language) {
  if (language) {
    element.lang = language;
  } else {
    element.removeAttribute("lang");
  }
}

/** Return `tag`, the language of a track, if `label` begins with its name in that language ("Deutsch" for "de"), else "". */
export function languageOfLabel(label, tag) {
  try {
    const { language } = new Intl.Locale(tag);
    const own = new Intl.DisplayNames(language, { type: "language", fallback: "none" }).of(language);
    return own && label.toLocaleLowerCase(language).startsWith(own.toLocaleLowerCase(language)) ? tag : "";
  } catch {
    return ""; // no tag, or one that a file made up
  }
}
