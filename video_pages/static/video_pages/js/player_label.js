/* The label of an invitation over the picture, with the time of the viewer's clock. It moves now and then, so that no part
   of the picture stays without it. It deters from passing a recording on; the developer tools of a browser remove it. */

import { dateAndTime } from "./local_time.js";

const MOVE_MS = 20_000;
const PLACES = 6; // those of player_label.css

/** Return a place other than `place`, from 0 to PLACES - 1. */
export function otherPlace(place, random = Math.random) {
  return (place + 1 + Math.floor(random() * (PLACES - 1))) % PLACES;
}

/** Keep the time on the label of `frame`, and move it; without a label nothing happens. */
export function bindLabel({ frame, signal }) {
  const label = frame.querySelector("[data-player-label]");
  if (!label) {
    return;
  }
  const time = label.querySelector("time");
  const show = () => {
    const now = new Date();
    time.dateTime = now.toISOString();
    time.textContent = dateAndTime(now);
    label.dataset.place = otherPlace(Number(label.dataset.place));
  };
  show();
  const timer = setInterval(show, MOVE_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}
