/* The width of a theatre: the player as wide as the window, kept in this browser.
   data-player-theatre   the button */

import { loadSetting, saveSetting } from "./player_storage.js";

export function bindTheatre(player) {
  const page = player.frame.closest(".player-page");
  const button = player.frame.querySelector("[data-player-theatre]");
  if (!page || !button) {
    return; // a frame of another site is as wide as that site makes it
  }
  const show = (isWide) => {
    page.toggleAttribute("data-theatre", isWide);
    button.setAttribute("aria-pressed", String(isWide));
  };
  player.toggleTheatre = () => {
    const isWide = !page.hasAttribute("data-theatre");
    show(isWide);
    saveSetting("theatre", isWide);
  };
  button.addEventListener("click", player.toggleTheatre);
  button.hidden = false;
  show(loadSetting("theatre", false) === true);
}
