/* The film in the page editor: steps of one frame, “This frame as poster”, and a place in the corner. The frame is drawn
   by the server from the film, not taken from the picture here. Nothing in this panel is a field of the page's form.

   The panel is loaded again after an autosave if another video file was chosen, and while the film does not play yet. */

import { fetchFragment, fetchJson, postJson } from "./admin_requests.js";
import { FilmPosition, formatPosition } from "./film_position.js";

const ASK_MILLISECONDS = 700;
const SLOW_AFTER = 10_000;
const POLL_MILLISECONDS = 8000;
const panel = () => document.querySelector("[data-film-panel]");

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Film {
  constructor(element) {
    const find = (selector) => element.querySelector(selector);
    this.element = element;
    this.video = find("[data-film-video]");
    this.status = find("[data-film-status]");
    this.rate = Number(element.dataset.frameRate);
    this.listen(find);
  }

  listen(find) {
    const { element, video } = this;
    const output = find("[data-film-position]");
    const show = () => {
      output.value = formatPosition(this.position.frame);
    };
    this.position = new FilmPosition(video, show);
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) {
      video.addEventListener(name, show);
    }
    // Nothing of the film is loaded before somebody is about to use it.
    const load = () => {
      if (video.preload === "none") {
        video.preload = "metadata";
      }
    };
    for (const name of ["pointerenter", "focusin"]) {
      element.addEventListener(name, load, { once: true });
    }
    for (const button of element.querySelectorAll("[data-film-step]")) {
      button.addEventListener("click", () => this.position.step(Number(button.dataset.filmStep), this.rate));
    }
    const chosen = find("[data-this-frame]");
    chosen.addEventListener("click", () => this.choose(chosen));
    const dock = find("[data-film-dock]");
    dock.addEventListener("click", () => this.dock(dock, dock.getAttribute("aria-pressed") !== "true"));
  }

  say(text) {
    this.status.textContent = text;
  }

  /** Have the shown frame drawn as the poster, and wait until it is. */
  async choose(button) {
    const { dataset } = button;
    if (button.hasAttribute("aria-disabled")) {
      return; // the first press is still being answered
    }
    this.video.pause();
    const wanted = Math.floor(this.position.frame * 1000);
    button.setAttribute("aria-disabled", "true");
    this.say(dataset.working);
    try {
      await this.draw(wanted, dataset);
    } catch {
      this.say(dataset.failed);
    }
    button.removeAttribute("aria-disabled");
  }

  async draw(wanted, words) {
    const { frameUrl, pictureUrl } = this.element.dataset;
    const body = new URLSearchParams({ at_ms: String(wanted) });
    const begun = Date.now();
    let answer = await postJson(frameUrl, body);
    while (answer.state === "waiting" || answer.state === "drawing") {
      await pause(ASK_MILLISECONDS);
      if (Date.now() - begun > SLOW_AFTER && answer.state === "waiting") {
        this.say(words.slow);
      }
      answer = await fetchJson(frameUrl);
    }
    if (answer.state === "done") {
      this.video.poster = `${pictureUrl}?${Date.now()}`;
      document.dispatchEvent(new CustomEvent("poster:changed"));
    }
    this.say(answer.state === "done" ? words.done : answer.message);
  }

  /** Keep the film in the corner of the window, where it stays in sight beside the fields, or put it back. */
  dock(button, isDocked) {
    button.setAttribute("aria-pressed", String(isDocked));
    const seat = this.element.querySelector(".film__seat");
    seat.style.minHeight = isDocked ? `${seat.offsetHeight}px` : "";
    this.element.classList.toggle("film--docked", isDocked);
  }
}

function start() {
  const element = panel()?.querySelector("[data-film]:not([data-is-ready])");
  if (element) {
    element.dataset.isReady = "";
    new Film(element);
    document.dispatchEvent(new CustomEvent("film:shown"));
  }
}

/** Load the panel again; what is shown stays if it is the same film. */
async function refresh() {
  const place = panel();
  const fragment = place?.dataset.url && (await fetchFragment(place.dataset.url).catch(() => null));
  if (!fragment) {
    return;
  }
  const [old, fresh] = [place, fragment].map((root) => root.querySelector("[data-film-key]"));
  const isSame = old && fresh && old.dataset.filmKey === fresh.dataset.filmKey;
  if (!isSame && (old || fresh)) {
    place.replaceChildren(...fragment.childNodes);
    start();
  }
}

document.addEventListener("w-autosave:success", (event) => {
  const place = panel();
  const id = event.detail?.response?.pk;
  if (place && id && !place.dataset.url) {
    place.dataset.url = place.dataset.urlTemplate.replace("/0/", `/${id}/`);
  }
  refresh();
});

setInterval(() => {
  if (!document.hidden && panel()?.querySelector("[data-film-waits]")) {
    refresh();
  }
}, POLL_MILLISECONDS);

/* Captions may have been changed in another tab. */
document.addEventListener("visibilitychange", () => {
  for (const track of document.hidden ? [] : (panel()?.querySelectorAll("track") ?? [])) {
    if (track.track.mode === "showing") {
      track.src = `${track.src.split("?")[0]}?${Date.now()}`;
    }
  }
});

start();
