/* The state of form fields. This module does not use the document: tests/js/ runs it without a browser. */

const isTicked = ({ type }) => type === "checkbox" || type === "radio";

/** True if the value of `field` differs from the value that the page was loaded with. */
export function isChanged(field) {
  if (isTicked(field)) {
    return field.checked !== field.defaultChecked;
  }
  if (field.tagName === "SELECT") {
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  return field.value !== field.defaultValue;
}

/**
 * Copy the changed values of the fields `from` into the fields `to` with the same names, except the names in `sent`.
 * Of radio buttons with one name, the whole group is copied if one of them is changed.
 */
export function copyChanged(from, to, sent) {
  const changed = new Set(from.filter((field) => !sent.has(field.name) && isChanged(field)).map(({ name }) => name));
  for (const field of from.filter(({ name }) => changed.has(name))) {
    const isSame = (other) => other.name === field.name && (field.type !== "radio" || other.value === field.value);
    const target = to.find(isSame);
    if (target && isTicked(field)) {
      target.checked = field.checked;
    } else if (target) {
      target.value = field.value;
    }
  }
}
