/* The address of this page, and how the player loads it again. A frame of another site replaces the reload: it might lose
   its key. */

/** Return the path of this page with its query, which contains the link of an invitation in a frame of another site. */
export const pageAddress = () => location.pathname + location.search;

let reload = () => location.reload();

/** Load this page again. */
export function reloadPage() {
  reload();
}

/** Have `reloadPage` call `own`. */
export function replaceReload(own) {
  reload = own;
}
