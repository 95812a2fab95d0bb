/* The site that led here, for the statistics: stored where the password is typed, reported by the player, deleted with
   the tab. Of the address only the host; nothing for browsers that ask not to be tracked. */

const KEY = "screening-room.referrer";

function otherHost() {
  try {
    const { hostname } = new URL(document.referrer);
    return hostname === location.hostname ? "" : hostname;
  } catch {
    return ""; // no referrer
  }
}

/** Store the host that led to this page, if it is another one. */
export function storeReferrer() {
  const host = navigator.globalPrivacyControl || navigator.doNotTrack === "1" ? "" : otherHost();
  try {
    if (host) {
      sessionStorage.setItem(KEY, host);
    }
  } catch {
    // Without a store, the statistics have one host less.
  }
}

/** Return the host that led to this page, or to the one where its password was typed; "" if it is unknown. */
export function referrerHost() {
  try {
    return otherHost() || (sessionStorage.getItem(KEY) ?? "");
  } catch {
    return otherHost();
  }
}
