/* The password form on the picture, for when access ends while the film runs. It is sent to the page's own address,
   which answers as it does to the form of the locked page: the open page, or the form with its reason. */

import { writeLocalTimes } from "./local_time.js";
import { bindReveal } from "./ticket.js";

const parser = new DOMParser();

/** Send `password`; return the page that answers, or null if the site could not be reached. */
async function send(form, password) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const body = new URLSearchParams({ csrfmiddlewaretoken: token.value, password });
  try {
    const answer = await fetch(location.pathname, { method: "POST", body });
    const page = parser.parseFromString(await answer.text(), "text/html");
    token.value = page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? token.value;
    return page;
  } catch {
    return null;
  }
}

/** The new end of access, where the page tells it. */
function tellNewEnd(page) {
  const [here, there] = [document, page].map((any) => any.querySelector(".player-words time[data-local-time]"));
  if (here && there) {
    here.dateTime = there.dateTime;
    writeLocalTimes();
  }
}

function ready(door) {
  const form = door.querySelector("form");
  const input = form.querySelector("input[type=password]");
  const reveal = form.querySelector("[data-ticket-reveal]");
  if (reveal.hidden) {
    bindReveal(reveal, input);
  }
  return { form, input };
}

/** Show the form until the password was right; then the promise is kept. */
export async function openDoor(door, frame) {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
  }
  const { form, input } = ready(door);
  const button = form.querySelector("[type=submit]");
  const error = door.querySelector("[data-player-door-error]");
  const field = door.querySelector("[data-player-door-field]");
  /** Show what the site says: text and moments, or no nodes for nothing. */
  const refuse = (...nodes) => {
    error.replaceChildren(...nodes);
    writeLocalTimes();
    field.classList.toggle("ticket__field--wrong", nodes.length > 0);
    input.setAttribute("aria-invalid", String(nodes.length > 0));
  };
  door.hidden = false;
  frame.inert = true;
  refuse();
  input.focus();
  await new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      button.disabled = true;
      refuse();
      const page = await send(form, input.value);
      button.disabled = false;
      if (page?.getElementById("player")) {
        tellNewEnd(page);
        resolve();
        return;
      }
      const alert = page?.querySelector("[role=alert]");
      refuse(...(alert ? document.importNode(alert, true).childNodes : [door.dataset.unreachable]));
      input.value = "";
      input.focus();
    };
  });
  input.value = "";
  door.hidden = true;
  frame.inert = false;
  frame.querySelector(".player__bar [data-player-play]").focus({ preventScroll: true });
}
