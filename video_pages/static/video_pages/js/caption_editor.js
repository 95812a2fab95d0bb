/* The caption editor: rows beside the film. A change goes to the CaptionDocument, and the rows, the film and the draft
   follow it. The current row is the last one that had the focus or a click; caption_commands.js works on it. */

import { CaptionCommands } from "./caption_commands.js";
import { CaptionDocument } from "./caption_document.js";
import { commandOf, isTypedIn, nameKeys } from "./caption_keys.js";
import { CaptionPlayer } from "./caption_player.js";
import { CaptionRows } from "./caption_rows.js";
import { Saving } from "./caption_saving.js";
import { readDocument } from "./caption_server.js";
import { plain } from "./caption_text.js";
import { shortTime } from "./caption_times.js";
import { connectTools } from "./caption_tools.js";
import { hasError, warningsOf } from "./caption_warnings.js";

class CaptionEditor {
  constructor(root) {
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.root = root;
    this.settings = JSON.parse(root.dataset.settings);
    this.labels = this.settings.labels;
    this.status = find("status");
    this.count = find("count");
    this.say = (text) => {
      this.status.textContent = text;
    };
    this.rows = new CaptionRows(find("rows"), find("row-template"));
    this.current = null;
    const video = find("video");
    this.player = video && new CaptionPlayer(video, { label: root.dataset.label, language: root.dataset.language });
    this.saving = new Saving(root, this.settings, this.say, () => this.lines);
    this.commands = new CaptionCommands(this);
    this.saving.mayBeSaved = () => this.mayBeSaved();
    this.state = find("state");
    this.loading = this.state.textContent;
    this.again = find("load-again");
    this.again.addEventListener("click", () => this.load());
    this.load();
  }

  async load() {
    const isRetry = !this.again.hidden;
    this.again.hidden = true;
    this.state.textContent = this.loading;
    this.say("");
    let answer;
    try {
      answer = await readDocument(this.settings.documentUrl);
      this.lines = new CaptionDocument(answer.document);
    } catch {
      this.state.textContent = "";
      this.say(this.labels.not_loaded);
      this.again.hidden = false;
      if (isRetry) {
        this.again.focus();
      }
      return;
    }
    const draft = this.saving.begin(answer);
    if (draft) {
      this.lines.load(draft.text);
    }
    this.listen();
    connectTools(this.root, this);
    nameKeys(this.root);
    this.show();
    this.state.textContent = draft ? this.labels.kept : this.labels.unchanged;
    for (const control of this.root.querySelectorAll("[data-save], [data-is-hidden]")) {
      control.disabled = false;
    }
    this.root.dataset.isReady = "";
    if (isRetry) {
      this.root.querySelector("[data-save]").focus(); // the button that had the focus is gone
    }
  }

  listen() {
    const { root } = this;
    const list = this.rows.list;
    list.addEventListener("focusin", (event) => this.choose(this.rows.of(event.target)?.cue.id ?? null));
    list.addEventListener("input", (event) => this.typed(event.target));
    list.addEventListener("change", (event) => this.entered(event.target));
    list.addEventListener("click", (event) => {
      const row = this.rows.of(event.target);
      if (row) {
        this.choose(row.cue.id); // its number and its free places take no focus, and in Safari no button does
      }
      if (event.target.closest("[data-play]")) {
        this.player?.play(row.cue);
      }
    });
    root.addEventListener("click", (event) => {
      const name = event.target.closest("[data-command]")?.dataset.command;
      if (name) {
        this.commands.run(name);
      }
    });
    root.ownerDocument.addEventListener("keydown", (event) => {
      const name = commandOf(event);
      if (name === "save" || (name && !isTypedIn(event.target, list))) {
        event.preventDefault();
        this.commands.run(name);
      }
    });
    this.player?.video.addEventListener("timeupdate", () => this.follow());
    this.player?.video.addEventListener("seeked", () => this.follow());
  }

  /** Make the row of the cue `id` the current one. */
  choose(id) {
    if (id !== this.current) {
      this.rows.get(this.current)?.element.classList.remove("caption--current");
      this.rows.get(id)?.element.classList.add("caption--current");
      this.current = id;
      this.lines.endEdit();
    }
  }

  typed(field) {
    const row = this.rows.of(field);
    if (field === row?.text) {
      this.lines.setText(row.cue.id, field.value);
      this.changed();
    }
  }

  /** Take a time over that was typed and left. */
  entered(field) {
    const row = this.rows.of(field);
    if (!row || (field !== row.start && field !== row.end)) {
      return;
    }
    const ms = row.timeOf(field);
    if (ms === null) {
      row.say(this.labels.bad_time, true);
    } else if (field === row.start) {
      this.lines.setStart(row.cue.id, ms);
    } else {
      this.lines.setEnd(row.cue.id, ms);
    }
    this.lines.endEdit();
    this.changed();
  }

  /** Take over a time that is being typed: it counts for each command. */
  enterActive() {
    const active = document.activeElement;
    if (this.rows.list.contains(active)) {
      this.entered(active);
    }
  }

  /** Show the lines after a change, with `text` as what has happened. */
  changed(text = "") {
    this.say(text);
    this.show();
    this.saving.changed();
  }

  show() {
    const { cues } = this.lines;
    this.rows.show(cues);
    this.player?.show(cues);
    cues.forEach((cue, number) => this.warn(cue, cues[number - 1], cues[number + 1]));
    this.count.textContent = this.labels.lines.replace("{count}", cues.length);
    this.root.querySelector("[data-empty]").hidden = cues.length > 0;
    if (!this.rows.get(this.current)) {
      this.current = null;
    }
  }

  warn(cue, before, after) {
    const row = this.rows.get(cue.id);
    const found = warningsOf(cue, before, after, this.settings.limits, this.settings.filmSeconds * 1000);
    const sentences = found.map(({ code, count }) => this.labels[code].replace("{count}", count));
    if (row.hasInvalidTime) {
      sentences.unshift(this.labels.bad_time);
    }
    row.say(sentences.join(" "), row.hasInvalidTime || hasError(cue));
  }

  /** Mark the row in which the film is, and the place of the film. */
  follow() {
    const { ms } = this.player;
    const cue = this.lines.cues.find(({ start, end }) => start <= ms && ms < end);
    if (cue?.id !== this.playing) {
      this.rows.get(this.playing)?.element.classList.remove("caption--playing");
      const row = this.rows.get(cue?.id);
      row?.element.classList.add("caption--playing");
      this.playing = cue?.id;
      if (row && this.root.querySelector("[data-follow]").checked && !this.rows.list.contains(document.activeElement)) {
        row.element.scrollIntoView({ block: "nearest" });
      }
    }
    this.root.querySelector("[data-position]").value = shortTime(ms);
  }

  /** Lead to the cue `id`: its text gets the focus, with the words `selects` selected in it. */
  goTo(id, { selects = "", matchCase = false } = {}) {
    const row = this.rows.get(id);
    row.element.scrollIntoView({ block: "nearest" });
    row.text.focus({ preventScroll: true });
    const fold = (text) => (matchCase ? text : text.toLowerCase());
    const place = selects ? fold(row.text.value).indexOf(fold(selects)) : -1;
    if (place >= 0) {
      row.text.setSelectionRange(place, place + selects.length);
    }
  }

  mayBeSaved() {
    this.enterActive();
    const wrong = this.lines.cues.filter((cue) => hasError(cue) || this.rows.get(cue.id).hasInvalidTime);
    if (wrong.length) {
      this.say(this.labels.has_errors.replace("{count}", wrong.length));
      const row = this.rows.get(wrong[0].id);
      row.element.scrollIntoView({ block: "nearest" });
      (row.invalidTime ?? row.end).focus({ preventScroll: true });
      return false;
    }
    if (!this.lines.cues.some((cue) => plain(cue.text))) {
      this.say(this.labels.empty);
      return false;
    }
    if (!this.saving.hasChanged) {
      this.say(this.labels.nothing);
    }
    return this.saving.hasChanged;
  }
}

const root = document.querySelector("[data-caption-editor]");
if (root) {
  new CaptionEditor(root);
}
