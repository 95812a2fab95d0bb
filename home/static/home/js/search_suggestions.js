/* Suggestions below the search field while a person types: a combobox with a list (WAI-ARIA Authoring Practices,
   "Editable Combobox With List Autocomplete"). Without scripts, the form searches as before. */

import { createSuggester } from "./suggester.js";

/** Return the option element of one suggestion. */
function optionOf({ title, url, kind, lang }, index, sectionLabel) {
  const option = document.createElement("li");
  option.className = "search-form__option";
  option.id = `search-suggestion-${index}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.url = url;
  const name = document.createElement("span");
  name.textContent = title;
  if (lang) {
    name.lang = lang;
  }
  option.append(name);
  if (kind === "section") {
    const label = document.createElement("span");
    label.className = "search-form__kind";
    label.textContent = sectionLabel;
    option.append(" ", label);
  }
  return option;
}

function bind(form) {
  const field = form.querySelector("input[type=search]");
  const list = form.querySelector("ul");
  const status = form.querySelector("[data-search-status]");
  const { suggestions, sectionLabel, count: countLabel } = form.dataset;
  let chosen = -1;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");

  function choose(index) {
    chosen = index;
    for (const [number, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(number === index));
      if (number === index) {
        option.scrollIntoView({ block: "nearest" });
      }
    }
    if (index < 0) {
      field.removeAttribute("aria-activedescendant");
    } else {
      field.setAttribute("aria-activedescendant", list.children[index].id);
    }
  }

  function close() {
    choose(-1);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  }

  function show(found) {
    list.replaceChildren(...found.map((each, index) => optionOf(each, index, sectionLabel)));
    choose(-1);
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length ? countLabel.replace("{number}", found.length) : "";
  }

  const suggester = createSuggester({
    fetchSuggestions: async (query, signal) => {
      const response = await fetch(`${suggestions}?${new URLSearchParams({ q: query })}`, { signal });
      return response.ok ? (await response.json()).suggestions : [];
    },
    // An answer may arrive after the field has lost the focus.
    show: (found) => show(document.activeElement === field ? found : []),
  });

  field.addEventListener("input", (event) => {
    choose(-1); // the list is that of the words before, until the answer to these comes
    if (!event.isComposing) {
      suggester.typed(field.value);
    }
  });
  field.addEventListener("compositionend", () => suggester.typed(field.value));
  field.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.isComposing) {
      return;
    }
    if (event.key === "Escape" && count) {
      event.preventDefault(); // a search field would be emptied
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      // One step beyond either end is the field itself, with no option chosen.
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && count) {
      event.preventDefault();
      window.location.assign(list.children[chosen].dataset.url);
    }
  });
  // A press would take the focus from the field, which closes the list before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      window.location.assign(option.dataset.url);
    }
  });
  field.addEventListener("blur", close);
  form.addEventListener("submit", () => suggester.stop());
}

for (const form of document.querySelectorAll("[data-search]")) {
  bind(form);
}
