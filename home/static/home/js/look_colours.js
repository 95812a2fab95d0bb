/* The colours that a style sheet of a site's own colour has, as text: they were made readable by the server. */

const COLOURS = /--lamp:\s*light-dark\(\s*(#[0-9a-f]{6})\s*,\s*(#[0-9a-f]{6})\s*\)/i;
const HEX = /^#?([0-9a-f]{6})$/i;

/** Return {day, night} of the text of a style sheet, or null. */
export function read_look(text) {
  const found = COLOURS.exec(text);
  return found && { day: found[1], night: found[2] };
}

/** Return the six digits of a typed colour such as "#B3431E" in small letters, or "". */
export function digits_of(typed) {
  const found = HEX.exec(typed.trim());
  return found ? found[1].toLowerCase() : "";
}
