/* The rows of the caption editor: one for each cue, made from a template and kept as long as their cue is there. */

import { readTime, shortTime } from "./caption_times.js";
import { shown, stored } from "./caption_text.js";

/** Set the value of a field that shows something else; the cursor in other fields stays. */
function setValue(field, value) {
  if (field.value !== value) {
    field.value = value;
  }
}

class Row {
  constructor(element, cue) {
    const find = (name) => element.querySelector(`[data-${name}]`);
    this.element = element;
    [this.number, this.start, this.end, this.text, this.says] = ["number", "start", "end", "text", "says"].map(find);
    element.dataset.id = cue.id;
    this.says.id = `says-${cue.id}`;
    this.said = "";
  }

  /** Show `cue`. A time that can't be read stays as it was typed until it is corrected. */
  show(cue) {
    if (this.cue?.start !== cue.start) {
      this.setTime(this.start, cue.start);
    }
    if (this.cue?.end !== cue.end) {
      this.setTime(this.end, cue.end);
    }
    if (this.cue?.text !== cue.text && stored(this.text.value) !== cue.text) {
      setValue(this.text, shown(cue.text));
    }
    this.cue = cue;
  }

  setTime(field, ms) {
    setValue(field, shortTime(ms));
    field.removeAttribute("aria-invalid");
  }

  /** Show the times of the cue in place of typed ones that can't be read. */
  showTimes() {
    this.setTime(this.start, this.cue.start);
    this.setTime(this.end, this.cue.end);
  }

  /** Return the milliseconds that are typed in `field`; null, and mark the field, if they can't be read. */
  timeOf(field) {
    const ms = readTime(field.value);
    if (ms === null) {
      field.setAttribute("aria-invalid", "true");
    } else {
      this.setTime(field, ms);
    }
    return ms;
  }

  /** The first field with a time that can't be read, or undefined. */
  get invalidTime() {
    return [this.start, this.end].find((field) => field.getAttribute("aria-invalid") === "true");
  }

  get hasInvalidTime() {
    return Boolean(this.invalidTime);
  }

  /** Show the sentences `text` about the row; `isError` if they keep the track from being saved. */
  say(text, isError) {
    if (this.said !== text) {
      this.said = text;
      this.says.textContent = text;
      this.says.hidden = !text;
      this.element.classList.toggle("caption--error", isError);
      for (const field of [this.start, this.end, this.text]) {
        if (text) {
          field.setAttribute("aria-describedby", this.says.id);
        } else {
          field.removeAttribute("aria-describedby");
        }
      }
    }
  }
}

export class CaptionRows {
  /** `list` takes the rows, `template` has one. */
  constructor(list, template) {
    this.list = list;
    this.template = template;
    this.rows = new Map();
  }

  get(id) {
    return this.rows.get(id);
  }

  /** The row that contains `element`, or undefined. */
  of(element) {
    return this.rows.get(Number(element.closest("[data-id]")?.dataset.id));
  }

  /** Show `cues`, in their order. */
  show(cues) {
    const ids = new Set(cues.map((cue) => cue.id));
    for (const [id, row] of this.rows) {
      if (!ids.has(id)) {
        this.rows.delete(id); // before: a field with the focus says when it is removed that it has changed
        row.element.remove();
      }
    }
    let place = this.list.firstElementChild;
    cues.forEach((cue, number) => {
      const row = this.rows.get(cue.id) ?? this.make(cue);
      if (row.element === place) {
        place = place.nextElementSibling;
      } else {
        this.list.insertBefore(row.element, place);
      }
      if (row.cue !== cue) {
        row.show(cue);
      }
      if (row.place !== number) {
        row.place = number;
        row.number.textContent = number + 1;
      }
    });
  }

  make(cue) {
    const row = new Row(this.template.content.firstElementChild.cloneNode(true), cue);
    this.rows.set(cue.id, row);
    return row;
  }
}
