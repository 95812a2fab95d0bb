/* How the player loads its page again. A frame of another site replaces this: after a reload it might have lost its key. */

let reload = () => location.reload();

/** Load this page again. */
export function reloadPage() {
  reload();
}

/** Have `reloadPage` call `own`. */
export function replaceReload(own) {
  reload = own;
}
