/* At the end of a film of a programme: the countdown to the next film, which "Stop" ends and "Play now" shortens.
   data-player-upnext="seconds"   the box; data-label "… %s" is the text of the countdown, data-announced "… {time} … {title}" what is said once
   data-player-upnext-left, -title, -bar, -now (with data-address), -stop; data-player-upnext-status is read by screen readers */

import { formatCountdown, formatLength } from "./countdown_text.js";
import { bindInPlace } from "./player_in_place.js";

const TICK_MS = 250;

/**
 * Bind the countdown in `box`, what is offered at the end. `begin()` starts it and returns the element that should have
 * the focus, or null if there is no countdown; `end()` stops it.
 */
export function bindUpNext(player, box) {
  const { frame } = player;
  const root = box.querySelector("[data-player-upnext]");
  if (!root) {
    return { begin: () => null, end() {} };
  }
  const part = (name) => root.querySelector(`[data-player-upnext-${name}]`);
  const [left, bar, now, stop] = [part("left"), part("bar"), part("now"), part("stop")];
  const status = frame.querySelector("[data-player-upnext-status]");
  const language = document.documentElement.lang || "en";
  const seconds = Number(root.dataset.playerUpnext);
  let timer = null;
  let endsAt = 0;

  const end = () => {
    clearInterval(timer);
    timer = null;
    root.hidden = true;
    box.toggleAttribute("data-counts", false);
    status.textContent = "";
  };
  const playNext = bindInPlace(player, box, end);
  const tick = () => {
    // A computer may sleep meanwhile: the clock counts, not the ticks.
    const rest = Math.max(0, endsAt - Date.now());
    const text = left.dataset.label.replace("%s", formatCountdown(Math.ceil(rest / 1000), language));
    if (left.textContent !== text) {
      left.textContent = text;
    }
    bar.style.scale = `${1 - rest / (seconds * 1000)} 1`;
    if (rest === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
      playNext(now.dataset.address);
    }
  };
  left.dataset.label = root.dataset.label;
  now.addEventListener("click", () => playNext(now.dataset.address));
  stop.addEventListener("click", () => {
    end();
    box.querySelector("[data-player-again]").focus({ preventScroll: true });
  });

  return {
    begin() {
      end();
      endsAt = Date.now() + seconds * 1000;
      root.hidden = false;
      box.toggleAttribute("data-counts", true);
      timer = setInterval(tick, TICK_MS);
      tick();
      const announced = root.dataset.announced.replace("{time}", formatLength(seconds, language, "long"));
      const [before, after] = announced.split("{title}");
      status.replaceChildren(before, part("title").cloneNode(true), after); // the title names its language
      return now;
    },
    end,
  };
}
