/* Sorts files that were dropped or chosen on the upload screen: films become rows, files with the name of a film become its
   thumbnail, captions or description, and what fits nowhere is named in a sentence. */

import { element } from "./upload_dom.js";
import { kindOf, matchOf } from "./upload_matching.js";
import { fill, joinSentences, plural } from "./upload_text.js";

/** Names in one sentence; more are counted. */
const MOST_NAMES = 5;

export class Sorting {
  /** `accept` is that of the input for films, before it takes the files that come with them. */
  constructor(screen, accept) {
    Object.assign(this, { screen, accept, messages: screen.messages });
    this.unread = []; // files of plain text that have none
    this.waiting = []; // files that have the name of no film in the list yet
    this.notice = element("p", { className: "upload-left-out", hidden: true });
    this.notice.setAttribute("role", "status");
  }

  /** Return those of `files` that are films; keep the others for `place`. */
  filmsOf(files) {
    const { accept } = this;
    const kinds = files.map((file) => [file, kindOf(file.name, accept)]);
    const others = kinds.filter(([, kind]) => kind === "").map(([file]) => file);
    // A single file that is none is refused in its own row, with the reason.
    const isSingle = files.length === 1 && others.length === 1;
    this.strange = isSingle ? [] : others;
    this.waiting.push(...kinds.filter(([, kind]) => !["video", "", null].includes(kind)).map(([file]) => file));
    return isSingle ? others : kinds.filter(([, kind]) => kind === "video").map(([file]) => file);
  }

  /** Give the files that wait to the rows whose films have their names, and say what is left. */
  async place() {
    const { screen, accept } = this;
    const names = screen.pendingRows.map((row) => row.file.name);
    const known = Array.from(screen.languages?.options ?? [], (option) => option.value).filter(Boolean);
    const left = [];
    this.unread = [];
    for (const file of this.waiting) {
      const match = matchOf(file.name, names, known);
      const row = match && screen.pendingRows.find((other) => other.file.name === match.film);
      if (row) {
        await this.give(row, file, kindOf(file.name, accept));
      } else {
        left.push(file);
      }
    }
    this.waiting = left;
    this.say();
    screen.arrange();
  }

  async give(row, file, kind) {
    if (kind === "picture") {
      row.extras.setPicture(file);
    } else if (kind === "captions") {
      row.extras.addCaptions(file);
    } else if (!(await row.extras.setDescription(file))) {
      this.unread.push(file);
    }
  }

  say() {
    const { messages } = this;
    const sentences = [
      this.strange?.length && fill(plural(messages.noVideos, this.strange.length), { names: this.names(this.strange) }),
      this.unread.length && fill(messages.noText, { names: this.names(this.unread) }),
      this.waiting.length && fill(plural(messages.noFilms, this.waiting.length), { names: this.names(this.waiting) }),
    ];
    this.notice.textContent = joinSentences(...sentences);
    this.notice.hidden = !this.notice.textContent;
  }

  names(files) {
    const shown = files.slice(0, MOST_NAMES).map((file) => file.name);
    const rest = files.length - shown.length;
    return [...shown, ...(rest ? [plural(this.messages.moreNames, rest)] : [])].join(this.messages.comma);
  }
}
