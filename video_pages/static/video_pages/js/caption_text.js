/* The text of a cue in WebVTT: tags such as <v Bob> and <i>, and characters that are escaped. An editor reads and types
   "1 < 2 & 3"; what looks like a tag or an entity is one, and stays as it is. */

const TAG = /<(?:\/[a-zA-Z]*|[a-zA-Z][^<>]*|\d[\d:.]*)>/;
const ENTITY = /&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#[xX][\da-fA-F]{1,6});/;
const TOKENS = new RegExp(`(${TAG.source})|(${ENTITY.source})|([&<>])|([^&<>]+)`, "g");
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const CHARACTERS = { amp: "&", lt: "<", gt: ">", nbsp: "\u00a0", lrm: "\u200e", rlm: "\u200f" };

/** Return `text` with the characters escaped that belong to no tag and no entity. */
export const escaped = (text) =>
  text.replace(TOKENS, (token, _tag, _entity, character) => (character ? ESCAPED[character] : token));

/** Return plain text as WebVTT that shows it letter by letter. */
export const literal = (text) => text.replace(/[&<>]/g, (token) => ESCAPED[token]);

/** Return what an editor typed as WebVTT keeps it, without empty lines, which would end the cue. */
export function stored(text) {
  const lines = text.replace(/\0/g, "").split(/\r\n|\r|\n/);
  return escaped(lines.filter((line) => line.trim()).join("\n"));
}

/** Return the stored text as an editor reads it: with plain characters, unless typing them would mean another text. */
export function shown(raw) {
  const plainly = raw.replace(/&(amp|lt|gt);/g, (_entity, name) => CHARACTERS[name]);
  return stored(plainly) === raw ? plainly : raw;
}

function character(entity) {
  const name = entity.slice(1, -1);
  if (!name.startsWith("#")) {
    return CHARACTERS[name];
  }
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** Return the stored text with plain characters, voices as "Bob: ", and of its tags those for which `keeps` is true. */
export function simplified(raw, keeps = () => false) {
  const named = raw.replace(/<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>/g, (_tag, name) =>
    name.trim() ? `${name.trim()}: ` : "",
  );
  const read = (token, tag, entity) => (tag ? (keeps(tag) ? tag : "") : entity ? character(entity) : token);
  return named.replace(TOKENS, read);
}

/** Return the words of the stored text as viewers get them: without tags, with the name of a voice before its words. */
export function plain(raw) {
  const lines = simplified(raw).split("\n");
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join("\n");
}

/** Return the stored text with `replace` applied to each part of its shown text that is outside tags. */
export function mapWords(raw, replace) {
  const tags = new RegExp(TAG.source, "g");
  const text = shown(raw);
  let [result, from] = ["", 0];
  for (const match of text.matchAll(tags)) {
    result += replace(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return stored(result + replace(text.slice(from)));
}

/** Return the place nearest to `offset` in `text` that is not inside a tag or an entity. */
function outsideTokens(text, offset) {
  for (const match of text.matchAll(TOKENS)) {
    const [token, tag, entity] = match;
    if ((tag || entity) && match.index < offset && offset < match.index + token.length) {
      return match.index + token.length;
    }
  }
  return offset;
}

/** Return the tags that are open at the end of `text`, as [{name, tag}]. */
function openTags(text) {
  const open = [];
  for (const [, tag] of text.matchAll(TOKENS)) {
    const name = tag && /^<\/?([a-zA-Z]+)/.exec(tag)?.[1];
    if (name && tag.startsWith("</")) {
      const last = open.findLastIndex((each) => each.name === name);
      open.splice(last < 0 ? open.length : last);
    } else if (name) {
      open.push({ name, tag });
    }
  }
  return open;
}

/**
 * Return the stored text as two, divided at `offset` of its shown text. Tags that are open there are closed and opened
 * again, so that both parts keep their voice and their style.
 */
export function splitText(raw, offset) {
  const text = shown(raw);
  const place = outsideTokens(text, offset);
  const [before, after] = [text.slice(0, place).trimEnd(), text.slice(place).trimStart()];
  const open = openTags(before);
  const closed = open.filter(({ name }) => new RegExp(`</${name}>`).test(after)).map(({ name }) => `</${name}>`);
  return [stored(before + closed.reverse().join("")), stored(open.map(({ tag }) => tag).join("") + after)];
}

/** Return the offset in the shown text of the gap between words that is nearest to `share` (0 to 1) of it, or null. */
export function gapAt(raw, share) {
  const text = shown(raw);
  const gaps = [...text.matchAll(/\s+/g)].map((match) => match.index).filter((place) => place > 0);
  const inside = gaps.filter((place) => outsideTokens(text, place) === place && plain(stored(text.slice(0, place))));
  const wanted = share * text.length;
  return inside.length ? inside.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a)) : null;
}
