/* The next film of a programme on this page: its page is requested as a visit would, so the site decides whether this
   browser may have it, and the player in the answer takes the place of this one. Full screen, sound and the right to play
   stay. An answer without a player, such as the form for a password, is opened as a page, and so is each film that an
   editor sees as somebody else. The document gets "filmchange".
   data-player-next   a link to the next film, in the box at the end
   data-page-address  a field outside of what is replaced, with the address of the page
   data-see-as        the banner of a page that is seen as somebody else
   data-player-now    outside of what is replaced; read by screen readers, which want it in the page before its text */

import { writeLocalTimes } from "./local_time.js";
import { setText } from "./text_language.js";
import { timedFetch } from "./timed_fetch.js";

const parser = new DOMParser();
let shownPath = location.pathname;
const PLAY = ".player__bar [data-player-play]";
const OF_FILM = [
  "meta[name='description']",
  "meta[name='robots']",
  "meta[name='twitter:card']",
  "meta[property]",
  "link[rel='canonical']",
  "link[rel='alternate']",
  "script[type='application/ld+json']",
].join(", ");

/** Return the page at `address` as a document, or null if the site can't be reached or is down. */
async function requestPage(address) {
  try {
    const answer = await timedFetch(address, { cache: "no-store" });
    return answer.status < 500 ? parser.parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

/** Have what names the film outside of its player, in the head and in forms, name that of `page`. */
function renameFilm(page) {
  document.title = page.title;
  for (const old of document.head.querySelectorAll(OF_FILM)) {
    old.remove();
  }
  document.head.append(...[...page.head.querySelectorAll(OF_FILM)].map((node) => document.adoptNode(node)));
  const fresh = page.querySelectorAll("[data-page-address]");
  for (const [index, field] of document.querySelectorAll("[data-page-address]").entries()) {
    field.value = fresh[index]?.value ?? field.value;
  }
}

/** Put the page of a film, `page`, in the place of the one that is shown; the element in full screen stays. */
function replaceFilm(page, address) {
  const [here, there] = [document, page].map((root) => root.querySelector(".player-page"));
  const [screen, fresh] = [here, there].map((root) => root.querySelector(":scope > .player"));
  const others = [...there.children].filter((child) => child !== fresh);
  for (const child of [...here.children]) {
    if (child !== screen) {
      child.remove();
    }
  }
  screen.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  screen.after(...others.map((node) => document.adoptNode(node)));
  renameFilm(page);
  history.pushState(null, "", address);
  shownPath = location.pathname;
  writeLocalTimes();
}

/** Say the title of the film that plays now, which no visit of a page does here. */
function announce() {
  const title = document.querySelector("h1");
  setText(document.querySelector("[data-player-now]"), title.textContent, title.lang);
}

/**
 * Have the links in `box` play the next film of `player` in place; `end()` stops the countdown. Return a function that plays
 * the film at an address.
 */
export function bindInPlace(player, box, end) {
  const { frame, video, showMessage } = player;
  let isBusy = false;

  async function playNext(address) {
    if (isBusy) {
      return;
    }
    if (document.querySelector("[data-see-as]")) {
      location.assign(address);
      return;
    }
    isBusy = true;
    const hadFocus = frame.contains(document.activeElement); // end() hides the button that was pressed
    end();
    const page = await requestPage(address);
    if (!page) {
      isBusy = false;
      showMessage(frame.querySelector("[data-player-message]").dataset.unreachable);
      // A browser notices a little later that what had the focus is hidden.
      if (hadFocus && (document.activeElement === document.body || document.activeElement.closest("[hidden]"))) {
        box.querySelector("[data-player-again]").focus({ preventScroll: true });
      }
      return;
    }
    if (!page.querySelector(".player-page > .player [data-player]")) {
      isBusy = false; // for who comes back to this page
      location.assign(address);
      return;
    }
    video.pause();
    player.close();
    replaceFilm(page, address);
    player.startNext();
    document.dispatchEvent(new Event("filmchange"));
    const { player: following } = document.querySelector("[data-player]");
    announce();
    if (hadFocus && document.activeElement === document.body) {
      following.frame.querySelector(PLAY).focus({ preventScroll: true });
    }
    following.toggle();
  }

  for (const link of box.querySelectorAll("[data-player-next]")) {
    link.addEventListener("click", (event) => {
      if (!(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
        event.preventDefault();
        playNext(link.href);
      }
    });
  }
  return playNext;
}

// The earlier film is another page: going back loads it. A link to a part of this page changes no path.
window.addEventListener("popstate", () => {
  if (location.pathname !== shownPath) {
    location.reload();
  }
});
