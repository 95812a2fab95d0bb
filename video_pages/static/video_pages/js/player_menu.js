/* A menu above a button of the bar, with one checked item in each group. In a small window it is a sheet at the bottom:
   a popover, which no container clips.
   data-player-menu="…"   contains the button and the empty menu */

const AUTOHIDE_SECONDS = 3;
const IS_SMALL = matchMedia("(max-width: 40rem), (max-height: 30rem)");

function menuItem({ label, isChecked }, onClick) {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "player__item";
  item.setAttribute("role", "menuitemradio");
  item.setAttribute("aria-checked", String(Boolean(isChecked)));
  item.tabIndex = -1;
  item.textContent = label;
  item.addEventListener("click", onClick);
  return item;
}

/** Bind the menu `name`. `groups()` returns lists of {label, value, isChecked}; `choose(value)` is called on a click. */
export function bindMenu(frame, name, { groups, choose }) {
  const root = frame.querySelector(`[data-player-menu=${name}]`);
  const [button, menu] = root.children;
  const label = button.getAttribute("aria-label");
  const items = () => [...menu.querySelectorAll("[role=menuitemradio]")];

  function close({ refocus = false } = {}) {
    if (!menu.hidden) {
      menu.hidden = true;
      menu.removeAttribute("popover"); // hides it, too
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
        box.append(...group.map((item) => menuItem(item, pick(item.value))));
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
    // The player's own keys do not get the event; Enter and space press the item.
    event.stopPropagation();
    if (to !== undefined) {
      event.preventDefault();
    }
  });

  return {
    root,
    /** Set the text of the button; its accessible name has the menu's name before it. */
    setLabel(text) {
      button.textContent = text;
      button.setAttribute("aria-label", `${label}: ${text}`);
    },
  };
}
