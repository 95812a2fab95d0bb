/* A menu above a button of the bar: one choice in each of its groups. Where the window is small it is a sheet at the
   bottom: a popover lies above the page, out of reach of what would cut it off.
   data-player-menu="…"   holds the button and the empty menu; it is shown where there is something to choose */

const AUTOHIDE_SECONDS = 3;
const IS_SMALL = matchMedia("(max-width: 40rem), (max-height: 30rem)");

function entry({ words, chosen }, onChoice) {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "player__item";
  item.setAttribute("role", "menuitemradio");
  item.setAttribute("aria-checked", String(Boolean(chosen)));
  item.tabIndex = -1;
  item.textContent = words;
  item.addEventListener("click", onChoice);
  return item;
}

/** Fill the menu called `name` when it opens: `groups()` returns lists of {words, value, chosen}; `choose(value)`. */
export function bindMenu(frame, name, { groups, choose }) {
  const root = frame.querySelector(`[data-player-menu=${name}]`);
  const [button, menu] = root.children;
  const label = button.getAttribute("aria-label");
  const items = () => [...menu.querySelectorAll("[role=menuitemradio]")];

  function close({ refocus = false } = {}) {
    if (!menu.hidden) {
      menu.hidden = true;
      menu.removeAttribute("popover"); // which hides it as well
      button.setAttribute("aria-expanded", "false");
      frame.autohide = AUTOHIDE_SECONDS;
      document.removeEventListener("pointerdown", onOutside, true);
    }
    if (refocus) {
      button.focus();
    }
  }

  function open() {
    menu.replaceChildren(
      ...groups().map((group) => {
        const box = document.createElement("div");
        box.setAttribute("role", "group");
        const pick = (value) => () => {
          choose(value);
          close({ refocus: true });
        };
        box.append(...group.map((item) => entry(item, pick(item.value))));
        return box;
      }),
    );
    menu.hidden = false;
    if (IS_SMALL.matches && menu.showPopover) {
      menu.popover = "manual";
      menu.showPopover();
    }
    button.setAttribute("aria-expanded", "true");
    frame.autohide = -1;
    document.addEventListener("pointerdown", onOutside, true);
    (menu.querySelector("[aria-checked=true]") ?? items()[0])?.focus();
  }

  function onOutside(event) {
    if (!root.contains(event.target)) {
      close();
    }
  }

  button.addEventListener("click", () => (menu.hidden ? open() : close({ refocus: true })));
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) {
      close();
    }
  });
  menu.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") {
      close({ refocus: true });
    } else if (to !== undefined) {
      all.at(to % all.length).focus();
    } else if (event.key !== "Enter" && event.key !== " ") {
      return;
    }
    // The player's own keys must not hear of it; Enter and space still press the entry.
    event.stopPropagation();
    if (to !== undefined) {
      event.preventDefault();
    }
  });

  return {
    root,
    /** Write `words` on the button; its name for assistive technology says what they are about. */
    show(words) {
      button.textContent = words;
      button.setAttribute("aria-label", `${label}: ${words}`);
    },
  };
}
