/* What the upload scripts share: sizes and times in words, titles from file names, errors beside fields. */

window.videoUploads ??= {};

(() => {
  const uploads = window.videoUploads;
  if (uploads.words) {
    return; // a dialog brings its scripts along each time it opens
  }

  const language = () => document.documentElement.lang || "en";
  const BETWEEN_WORDS = /(?<!\d)[-.+]+|[-.+]+(?!\d)/gu;
  const MAX_TITLE = 255;

  /* Fill the words in braces in. */
  uploads.fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  uploads.words = (input) => JSON.parse(input.dataset.uploadWords);

  /* The words for a number, in the form of the plural that the language has for it. */
  uploads.counted = (forms, count) => {
    const rules = new Intl.PluralRules(language());
    const same = Object.keys(forms).filter((other) => rules.select(Number(other)) === rules.select(count));
    return uploads.fill(forms[same[0] ?? "2"], { count });
  };

  uploads.size = (bytes) => {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    let step = 0;
    let value = bytes;
    while (value >= 1024 && step < units.length - 1) {
      value /= 1024;
      step += 1;
    }
    const digits = step > 1 && value < 100 ? 1 : 0;
    const format = { style: "unit", unit: units[step], maximumFractionDigits: digits };
    return new Intl.NumberFormat(language(), format).format(value);
  };

  uploads.duration = (seconds) => {
    const unit = seconds < 90 ? "second" : seconds < 5400 ? "minute" : "hour";
    const value = Math.ceil(seconds / { second: 1, minute: 60, hour: 3600 }[unit]);
    return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(value);
  };

  /* A title made of a file's name, as the server's `creation.title_of` makes it. */
  uploads.titleOf = (name) => {
    const stem = name.normalize("NFC").replace(/(?<=.)\.[^.]*$/su, "");
    let title = stem
      .replace(/[\p{C}\p{Z}]/gu, " ")
      .replaceAll("_", " ")
      .trim();
    if (!stem.trim().includes(" ")) {
      title = title.replace(BETWEEN_WORDS, " ");
    }
    title = title.split(/\s+/u).filter(Boolean).join(" ").slice(0, MAX_TITLE).trim();
    return title.charAt(0).toUpperCase() + title.slice(1);
  };

  /* What a chosen file is known by on another day: not a secret, so two quick 53-bit sums do (crypto.subtle is missing
     on plain http). */
  uploads.fingerprint = (file) => {
    const text = `${file.name}|${file.size}|${file.lastModified}`;
    const sum = (seed) => {
      let high = 0xdeadbeef ^ seed;
      let low = 0x41c6ce57 ^ seed;
      for (const sign of text) {
        high = Math.imul(high ^ sign.codePointAt(0), 2654435761);
        low = Math.imul(low ^ sign.codePointAt(0), 1597334677);
      }
      high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
      low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
      return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, "0");
    };
    return `1-${sum(0)}${sum(1)}-${file.size.toString(16)}`;
  };

  /* Signing in again in another tab changes the token, which the cookie always knows. */
  uploads.csrfToken = () => {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : (document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "");
  };

  /* Errors beside a field, as Wagtail's own markup shows them; none take them away. */
  uploads.showFieldError = (input, ...messages) => {
    const field = input.closest("[data-field]");
    const errors = field?.querySelector("[data-field-errors]");
    if (!errors) {
      return false;
    }
    const said = messages.filter(Boolean);
    field.classList.toggle("w-field--error", said.length > 0);
    errors.querySelectorAll(".error-message").forEach((element) => element.remove());
    errors.querySelector(".icon")?.toggleAttribute("hidden", !said.length);
    said.forEach((message) => {
      errors.append(uploads.element("p", { className: "error-message", textContent: message }));
    });
    if (said.length) {
      input.setAttribute("aria-invalid", "true");
    } else {
      input.removeAttribute("aria-invalid");
    }
    return true;
  };

  uploads.element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  /* Wagtail's button turns while it waits, from a moment after the click; then it can be pressed again. */
  uploads.freeButton = (form) => {
    const free = () =>
      form.querySelectorAll("[data-w-progress-loading-value]").forEach((button) => {
        button.setAttribute("data-w-progress-loading-value", "false");
      });
    free();
    setTimeout(free, 50);
  };
})();
