/* Which other site led here, for the figures: noted where the password is typed, told by the player, forgotten with the
   tab. Of the other site's address only the host; nothing for browsers that ask not to be followed. */

const KEY = "screening-room.arrival";

function otherHost() {
  try {
    const { hostname } = new URL(document.referrer);
    return hostname === location.hostname ? "" : hostname;
  } catch {
    return ""; // no referrer
  }
}

/** Note the host that led to this page, if it is another. */
export function noteArrival() {
  const host = navigator.globalPrivacyControl || navigator.doNotTrack === "1" ? "" : otherHost();
  try {
    if (host) {
      sessionStorage.setItem(KEY, host);
    }
  } catch {
    // Where nothing can be stored, the figures know one host less.
  }
}

/** Return the host that led to this page, or to the one where its password was typed; "" if none is known. */
export function arrival() {
  try {
    return otherHost() || (sessionStorage.getItem(KEY) ?? "");
  } catch {
    return otherHost();
  }
}
