/* A menu above a button of the bar, in groups: with one checked item each, or of items that are switched or pressed. In a small window it is a sheet at the bottom:
   a popover, which no container clips.
   data-player-menu="…"   contains the button and the empty menu
   data-labelled          around the menus: "{label}: {text}" as the language writes it */

import { setText } from "./text_language.js";

const AUTOHIDE_SECONDS = 3;
const IS_SMALL = matchMedia("(max-width: 40rem), (max-height: 30rem)");

const ROLES = { radio: "menuitemradio", checkbox: "menuitemcheckbox", action: "menuitem" };

function menuItem({ label, isChecked, kind = "radio", language = "" }, onClick) {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "player__item";
  item.setAttribute("role", ROLES[kind]);
  if (kind !== "action") {
    item.setAttribute("aria-checked", String(Boolean(isChecked)));
  }
  item.tabIndex = -1;
  setText(item, label, language);
  item.addEventListener("click", onClick);
  return item;
}

/** Return `label` with `text`, which belongs to it, as the language of the page writes both in one line. */
export function labelled(frame, label, text) {
  const pattern = frame.querySelector("[data-labelled]").dataset.labelled;
  return pattern.replace("{label}", () => label).replace("{text}", () => text);
}

/**
 * Bind the menu `name`. `groups()` returns a list of {name, items}: the name for screen readers, by default that of the menu,
 * and {label, value, isChecked, kind, language} of each item, kind being "radio", "checkbox" or "action", and language that of
 * the label if it is not that of the page. `choose(value)` is called on a click; if it returns true, the menu stays open and
 * shows its groups again.
 */
export function bindMenu(frame, name, { groups, choose }) {
  const root = frame.querySelector(`[data-player-menu=${name}]`);
  const [button, menu] = root.children;
  const label = button.getAttribute("aria-label");
  const items = () => [...menu.querySelectorAll("[role^=menuitem]")];

  /** Focus `item`, by which a keyboard can scroll a long menu; none if there is no item. */
  function focusItem(item) {
    for (const each of items()) {
      each.tabIndex = each === item ? 0 : -1;
    }
    item?.focus();
  }

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

  /** Show the groups; focus the item of the value that was `pressed`, else the first that is checked. */
  function fill(pressed) {
    let again = null;
    menu.replaceChildren(
      ...groups().map((group) => {
        const box = document.createElement("div");
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", group.name ?? menu.getAttribute("aria-label"));
        const pick = (value) => () => {
          if (choose(value)) {
            fill(JSON.stringify(value));
          } else {
            close({ refocus: true });
          }
        };
        for (const item of group.items) {
          const made = menuItem(item, pick(item.value));
          again = pressed && JSON.stringify(item.value) === pressed ? made : again;
          box.append(made);
        }
        return box;
      }),
    );
    focusItem(again ?? menu.querySelector("[aria-checked=true]") ?? items()[0]);
  }

  function open() {
    menu.hidden = false;
    if (IS_SMALL.matches && menu.showPopover) {
      menu.popover = "manual";
      menu.showPopover();
    }
    button.setAttribute("aria-expanded", "true");
    frame.autohide = -1;
    document.addEventListener("pointerdown", onOutside, true);
    fill();
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
      focusItem(all.at(to % all.length));
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
    /** Set the name of the button and of its menu for screen readers. */
    setName(text) {
      button.setAttribute("aria-label", text);
      menu.setAttribute("aria-label", text);
    },
    /** Set the text of the button; its accessible name has the menu's name before it. */
    setLabel(text) {
      button.textContent = text;
      button.setAttribute("aria-label", labelled(frame, label, text));
    },
  };
}
