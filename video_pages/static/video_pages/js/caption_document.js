/* The lines of one text track with undo: each change makes a new list of items, and undo takes the list before. */

import { gapAt, mapWords, plain, shown, splitText, stored } from "./caption_text.js";
import { parseVtt, writeVtt } from "./caption_vtt.js";

const MOST_STEPS = 300;
const SHORTEST_MS = 1;

/** True for a cue, false for a NOTE, a STYLE or another block. */
const isCue = (item) => item.block === undefined;

export class CaptionDocument {
  /** `text` is WebVTT; raises SyntaxError for anything else. */
  constructor(text) {
    this.lastId = 0;
    this.state = this.read(text);
    this.saved = this.state;
    this.past = [];
    this.future = [];
    this.lastEdit = null;
  }

  read(text) {
    const { header, items } = parseVtt(text);
    return { header, items: items.map((item) => this.withId(item)) };
  }

  withId(item) {
    this.lastId += 1;
    return Object.freeze({ ...item, id: this.lastId });
  }

  get cues() {
    return this.state.items.filter(isCue);
  }

  get hasChanged() {
    return this.state !== this.saved;
  }

  cue(id) {
    return this.state.items.find((item) => item.id === id);
  }

  /** The cue after the one with `id`, or undefined. */
  next(id) {
    const { cues } = this;
    return cues[cues.findIndex((cue) => cue.id === id) + 1];
  }

  toString() {
    return writeVtt(this.state);
  }

  /** Call this after the present state is saved. */
  markSaved(state = this.state) {
    this.saved = state;
  }

  /** Make `items` the present ones. Edits in a row with the same `name` are one step of undo. */
  become(items, name = null, header = this.state.header) {
    if (name === null || name !== this.lastEdit) {
      this.past.push(this.state);
      this.past.splice(0, this.past.length - MOST_STEPS);
    }
    this.future = [];
    this.lastEdit = name;
    this.state = { header, items };
  }

  /** End a row of edits: the next one is a step of undo of its own. */
  endEdit() {
    this.lastEdit = null;
  }

  undo() {
    return this.step(this.past, this.future);
  }

  redo() {
    return this.step(this.future, this.past);
  }

  step(from, to) {
    if (!from.length) {
      return false;
    }
    to.push(this.state);
    this.state = from.pop();
    this.lastEdit = null;
    return true;
  }

  change(id, values, name) {
    const items = this.state.items.map((item) => (item.id === id ? Object.freeze({ ...item, ...values }) : item));
    this.become(items, name);
  }

  /** Set the text of a cue to what an editor typed. */
  setText(id, typed) {
    const cue = this.cue(id);
    if (typed !== shown(cue.text) && stored(typed) !== cue.text) {
      this.change(id, { text: stored(typed) }, `text ${id}`);
    }
  }

  setStart(id, ms) {
    if (this.cue(id).start !== ms) {
      this.change(id, { start: ms }, `start ${id}`);
    }
  }

  setEnd(id, ms) {
    if (this.cue(id).end !== ms) {
      this.change(id, { end: ms }, `end ${id}`);
    }
  }

  replaceItem(id, ...items) {
    const list = this.state.items;
    const place = list.findIndex((item) => item.id === id);
    this.become(list.toSpliced(place, 1, ...items));
  }

  /**
   * Divide a cue at `offset` of its shown text and at `ms`. Without an offset, the gap between words that fits the time;
   * without a time, the one that fits the text. Returns the id of the second part, or null if there is nothing to divide.
   */
  split(id, { offset = null, ms = null }) {
    const cue = this.cue(id);
    const isInside = ms !== null && cue.start < ms && ms < cue.end;
    const share = isInside ? (ms - cue.start) / (cue.end - cue.start) : 0.5;
    const place = offset ?? gapAt(cue.text, share);
    if (place === null || (!isInside && offset === null)) {
      return null;
    }
    const [before, after] = splitText(cue.text, place);
    const lengths = [plain(before).length, plain(after).length];
    if (!lengths[0] || !lengths[1] || cue.end - cue.start < 2 * SHORTEST_MS) {
      return null;
    }
    const byText = cue.start + Math.round(((cue.end - cue.start) * lengths[0]) / (lengths[0] + lengths[1]));
    const at = isInside ? ms : Math.min(cue.end - SHORTEST_MS, Math.max(cue.start + SHORTEST_MS, byText));
    const second = this.withId({ ...cue, name: "", start: at, text: after });
    this.replaceItem(id, Object.freeze({ ...cue, end: at, text: before }), second);
    return second.id;
  }

  /** Join a cue with the next one; return false if it is the last. Blocks between them stay, after the joined cue. */
  join(id) {
    const [cue, next] = [this.cue(id), this.next(id)];
    if (!next) {
      return false;
    }
    const text = [cue.text, next.text].filter(Boolean).join("\n");
    const joined = Object.freeze({ ...cue, end: Math.max(cue.end, next.end), text });
    const items = this.state.items.flatMap((item) => (item === cue ? [joined] : item === next ? [] : [item]));
    this.become(items);
    return true;
  }

  /** Insert an empty cue after the one with `id`, else before those that begin later; return its id. */
  insert(id, start, end) {
    const cue = this.withId({ name: "", start, end, settings: "", text: "" });
    const items = this.state.items;
    const place = items.findIndex((item) => item.id === id);
    const later = items.findIndex((item) => isCue(item) && item.start > start);
    const last = later < 0 ? items.length : later;
    this.become(items.toSpliced(place < 0 ? last : place + 1, 0, cue));
    return cue.id;
  }

  remove(id) {
    this.replaceItem(id);
  }

  /** Move all cues, or those from the one with `from` on, by `ms`; return how many. RangeError before the beginning. */
  shift(ms, from = null) {
    const { items } = this.state;
    const place = from === null ? 0 : items.findIndex((item) => item.id === from);
    const moves = (item, number) => isCue(item) && number >= place;
    const moved = items.filter(moves);
    if (moved.some(({ start, end }) => Math.min(start, end) + ms < 0)) {
      throw new RangeError("before the beginning");
    }
    if (ms && moved.length) {
      const shifted = ({ start, end, ...item }) => Object.freeze({ ...item, start: start + ms, end: end + ms });
      this.become(items.map((item, number) => (moves(item, number) ? shifted(item) : item)));
    }
    return ms ? moved.length : 0;
  }

  /** Replace `wanted` by `replacement` in the words of all cues, not in tags; return how often. */
  replaceAll(wanted, replacement, { matchCase = false } = {}) {
    const pattern = searchFor(wanted, matchCase);
    let count = 0;
    const replaced = (words) =>
      words.replace(pattern, () => {
        count += 1;
        return replacement;
      });
    const items = this.state.items.map((item) => {
      if (!isCue(item)) {
        return item;
      }
      const before = count;
      const text = mapWords(item.text, replaced);
      return count === before ? item : Object.freeze({ ...item, text });
    });
    if (count) {
      this.become(items);
    }
    return count;
  }

  /** Return the first cue with `wanted` after the one with `id`, beginning again at the top; undefined if none has it. */
  find(wanted, id, { matchCase = false } = {}) {
    const { cues } = this;
    const place = cues.findIndex((cue) => cue.id === id) + 1;
    return [...cues.slice(place), ...cues.slice(0, place)].find((cue) =>
      searchFor(wanted, matchCase).test(shown(cue.text)),
    );
  }

  /** Take the items of another WebVTT text; one step of undo. Raises SyntaxError. Returns the number of cues. */
  load(text) {
    const { header, items } = this.read(text);
    this.become(items, null, header);
    return this.cues.length;
  }
}

function searchFor(wanted, matchCase) {
  return new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), matchCase ? "gu" : "giu");
}
