/* The countdown to the moment at which a page opens. Then the page is loaded again, once, and not by all visitors in the
   same second.
   data-opening="seconds"    the box; the seconds until the opening when the server sent the page
   data-opening-name         a name of the page, if its path is a key that must not be stored
   data-opening-left         the time that is left; data-label="… %s"
   data-opening-auto         says that the page loads itself; shown on the day of the opening
   data-opening-reload       loads the page; shown if it has loaded itself already and was still not open */

import { reloadPage } from "./page_reload.js";
import { formatTime } from "./time_format.js";

const TICK_MS = 1000;
const DAY = 86_400;
const HOUR = 3600;
const LEAST_DELAY = 1; // seconds after the opening: the server's clock decides
const SPREAD = 15; // seconds in which the visitors' browsers load the page again
const KEY = "screening-room.opened";

/** Return `seconds` as text in `language`: "3 days, 4 hours", or "4:05:06" within a day. */
export function formatLeft(seconds, language) {
  if (seconds < DAY) {
    return formatTime(seconds);
  }
  const unit = (name, value) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
  const [days, hours] = [Math.floor(seconds / DAY), Math.floor((seconds % DAY) / HOUR)];
  const parts = hours ? [unit("day", days), unit("hour", hours)] : [unit("day", days)];
  const text = new Intl.ListFormat(language, { type: "unit" }).format(parts);
  return language.startsWith("ja") ? text.replaceAll(/\s/g, "") : text; // Japanese has no blank before a unit
}

/** Return whether this tab loads the page by itself for the opening that `name` names; true once for each. */
function isFirstTime(name) {
  try {
    const isFirst = sessionStorage.getItem(KEY) !== name;
    sessionStorage.setItem(KEY, name);
    return isFirst;
  } catch {
    return false; // without a store it could not know when to stop
  }
}

/**
 * Count down in `box`; `load()` loads the page again. The visitor's clock may be wrong, so only the time that has passed
 * since the page was sent is taken from it: a computer that sleeps meanwhile has the right rest.
 */
function startCountdown(box, load) {
  const part = (name) => box.querySelector(`[data-opening-${name}]`);
  const [left, auto, reload] = [part("left"), part("auto"), part("reload")];
  const language = document.documentElement.lang || "en";
  const opensAt = Date.now() + Number(box.dataset.opening) * 1000;
  const delay = (LEAST_DELAY + Math.random() * SPREAD) * 1000;
  let timer = null;
  const tick = () => {
    const now = Date.now();
    const seconds = Math.max(0, Math.ceil((opensAt - now) / 1000));
    left.textContent = left.dataset.label.replace("%s", formatLeft(seconds, language));
    auto.hidden = seconds >= DAY;
    if (now >= opensAt + delay) {
      clearInterval(timer);
      const isLoading = isFirstTime(`${box.dataset.openingName || location.pathname} ${box.dataset.openingMoment}`);
      left.hidden = true;
      auto.hidden = true;
      reload.hidden = isLoading;
      if (isLoading) {
        load();
      }
    }
  };
  left.hidden = false;
  timer = setInterval(tick, TICK_MS);
  tick();
}

/** Start the countdowns in `root`, an element or the document, that do not run yet. */
export function startCountdowns(root = document, load = reloadPage) {
  for (const box of root.querySelectorAll("[data-opening]:not([data-opening-runs])")) {
    box.dataset.openingRuns = "";
    box.querySelector("[data-opening-reload]").addEventListener("click", load);
    startCountdown(box, load);
  }
}
