/* The colours that a style sheet of a site's own colour has, as text: the server chose them. */

const VALUES = /--([a-z-]+):\s*([^;]+);/g;
const BOTH = /^light-dark\(\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\)$/;
const HEX = /^#?([0-9a-f]{6})$/i;

/** Return {day, night} of the text of a style sheet, or null; each has the colours link, fill, text and edge. */
export function readLook(text) {
  const found = Object.fromEntries([...text.matchAll(VALUES)].map(([, name, value]) => [name, value]));
  if (!found.lamp) {
    return null;
  }
  const at = (index) => {
    const pick = (name) => BOTH.exec(found[name])?.[index] ?? found[name];
    return { link: pick("lamp"), fill: pick("lamp-fill"), text: pick("on-lamp"), edge: pick("lamp-edge") };
  };
  return { day: at(1), night: at(2) };
}

/** Return the six digits of a typed colour such as "#B3431E" in small letters, or "". */
export function digitsOf(typed) {
  const found = HEX.exec(typed.trim());
  return found ? found[1].toLowerCase() : "";
}
