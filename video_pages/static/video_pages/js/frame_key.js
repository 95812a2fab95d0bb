/* The key of a frame of another site, which browsers send no cookie of this site to. It stands in this document alone.
   data-frame-key   of an element: the key; the addresses of files contain it already */

/** Return the headers of a request for this page that send the key; none outside of such a frame. */
export function keyHeaders() {
  const key = document.querySelector("[data-frame-key]")?.dataset.frameKey;
  return key ? { "X-Frame-Key": key } : {};
}

/** Take the key over from `page`, the answer to a right password. Return whether it is another one. */
export function adoptKey(page) {
  const [here, there] = [document, page].map((root) => root.querySelector("[data-frame-key]"));
  if (!here || !there || here.dataset.frameKey === there.dataset.frameKey) {
    return false;
  }
  here.dataset.frameKey = there.dataset.frameKey;
  return true;
}
