/* Which of several chosen files belong together, by their names: film.mp4, film.jpg, film.en.vtt and film.txt. This module
   uses nothing of the document: tests/js/ runs it without a browser. */

const KINDS = { jpg: "picture", jpeg: "picture", png: "picture", webp: "picture", gif: "picture" };
Object.assign(KINDS, { vtt: "captions", srt: "captions", txt: "description" });

/** Return the endings of the files of `kind`, as an `accept` lists them: ".vtt,.srt"; without `kind` those of all kinds. */
export const endingsOf = (kind) =>
  Object.keys(KINDS)
    .filter((name) => !kind || KINDS[name] === kind)
    .map((name) => `.${name}`)
    .join(",");

/* Files that systems put into folders by themselves; nobody chose them. */
const OF_SYSTEMS = /^(\..*|thumbs\.db|desktop\.ini)$/iu;

const lower = (text) => text.normalize("NFC").toLowerCase();
const ending = (name) => lower(name).match(/.\.([^.]+)$/su)?.[1] ?? "";
const withoutEnding = (name) => name.normalize("NFC").replace(/(?<=.)\.[^.]*$/su, "");

/**
 * Return "video", "picture", "captions", "description", "" for any other file, or null for one that nobody chose.
 * `accept` is the `accept` of an input for videos: ".mp4,.mov".
 */
export function kindOf(name, accept) {
  if (OF_SYSTEMS.test(name)) {
    return null;
  }
  const found = ending(name);
  return accept.split(",").includes(`.${found}`) ? "video" : (KINDS[found] ?? "");
}

/** Return the tag in `languages`, a list, that `text` names ("eng", "pt_br"), or "". */
export function languageOf(text, languages) {
  let tag = "";
  try {
    [tag] = Intl.getCanonicalLocales(text.replaceAll("_", "-"));
  } catch {
    return "";
  }
  const candidates = [tag, tag.split("-")[0]].map(lower);
  return (
    languages.find((known) => lower(known) === candidates[0]) ??
    languages.find((known) => lower(known) === candidates[1]) ??
    ""
  );
}

/**
 * Return {film, language} for the file `name`: the one of `films`, names of videos, that it belongs to, or null. Behind
 * the name of the film, captions may name one of `languages`: film.en.vtt, film_de.srt.
 */
export function matchOf(name, films, languages) {
  const stem = withoutEnding(name);
  const same = films.find((film) => lower(withoutEnding(film)) === lower(stem));
  if (same !== undefined) {
    return { film: same, language: "" };
  }
  if (KINDS[ending(name)] === "captions") {
    const parts = stem.match(/^(.*?)[._ -]([a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,2})$/isu);
    const language = parts ? languageOf(parts[2], languages) : "";
    const film = parts && language ? films.find((other) => lower(withoutEnding(other)) === lower(parts[1])) : undefined;
    if (film !== undefined) {
      return { film, language };
    }
  }
  return null;
}

/**
 * Return the one of `languages` that the captions `name` are in by their name, or "". A file with the whole name of its
 * `film` names none: "How to do it.srt" of "How to do it.mp4" is not in Italian.
 */
export function captionLanguage(name, film, languages) {
  const match = matchOf(name, [film], languages);
  const text = withoutEnding(name).match(/[._ -]([a-z]{2,3}(?:[-_][a-z0-9]{2,8})?)$/iu)?.[1] ?? "";
  return match ? match.language : languageOf(text, languages);
}
