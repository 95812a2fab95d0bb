/* Frames around elements that the server has sent. */

/** Put `element` at the end of `frame`, and that in its place. A browser takes the focus from what is moved; it is given back. */
export function wrap(element, frame) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  element.before(frame);
  frame.append(element);
  focused?.focus({ preventScroll: true });
}
