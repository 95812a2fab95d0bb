/* The commands of the caption editor: by button or by key, on the current row or at the position of the film. */

const NEW_CUE_MS = 2000;
const SEEK_SECONDS = 1;

export class CaptionCommands {
  constructor(editor) {
    this.editor = editor;
  }

  run(name) {
    if (name === "save") {
      this.editor.saving.save();
      return;
    }
    this.editor.enterActive();
    if (name === "undo") {
      this.undo();
    } else if (name === "redo") {
      if (this.editor.lines.redo()) {
        this.editor.changed(this.editor.labels.redone);
      }
    } else if (name === "insert") {
      this.insert();
    } else if (this.editor.player && ["playPause", "back", "forward"].includes(name)) {
      this.move(name);
    } else {
      this.runOnCurrent(name);
    }
  }

  /** Take back the last change; in the current row, first a typed time that can't be read. */
  undo() {
    const row = this.editor.rows.get(this.editor.current);
    const isTyped = row?.hasInvalidTime;
    if (isTyped) {
      row.showTimes();
    }
    if (isTyped || this.editor.lines.undo()) {
      this.editor.changed(this.editor.labels.undone);
    }
  }

  /** Run a command on the current row. Without one, "next" and "previous" lead to the first and the last. */
  runOnCurrent(name) {
    const { cues } = this.editor.lines;
    const end = { next: cues[0], previous: cues.at(-1) }[name];
    const row = this.editor.rows.get(this.editor.current);
    if (row) {
      this.runOn(row, name);
    } else if (end) {
      this.editor.goTo(end.id);
    } else {
      this.editor.say(this.editor.labels.choose_line);
    }
  }

  move(name) {
    if (name === "playPause") {
      this.editor.player.playPause();
    } else {
      this.editor.player.seek(name === "back" ? -SEEK_SECONDS : SEEK_SECONDS);
    }
  }

  /** Run a command on a row. */
  runOn(row, name) {
    const { cue } = row;
    const { cues } = this.editor.lines;
    const place = cues.indexOf(cue);
    const beside = { previous: cues[place - 1], next: cues[place + 1], endHereNext: cues[place + 1] }[name];
    if (name === "startHere" && this.editor.player) {
      this.editor.lines.setStart(cue.id, this.editor.player.ms);
      this.editor.lines.endEdit();
      this.editor.changed();
    } else if ((name === "endHere" || name === "endHereNext") && this.editor.player) {
      this.editor.lines.setEnd(cue.id, this.editor.player.ms);
      this.editor.lines.endEdit();
      this.editor.changed();
    } else if (name === "playCue") {
      this.editor.player?.play(cue);
    } else if (name === "split") {
      this.split(row);
    } else if (name === "join") {
      this.editor.changed(this.editor.lines.join(cue.id) ? "" : this.editor.labels.cannot_join);
    } else if (name === "remove") {
      this.editor.lines.remove(cue.id);
      this.editor.changed();
      this.editor.choose(null);
      const neighbour = cues[place + 1] ?? cues[place - 1];
      if (neighbour) {
        this.editor.goTo(neighbour.id);
      } else {
        this.editor.root.querySelector("[data-command=insert]").focus();
      }
    }
    if (beside) {
      this.editor.goTo(beside.id);
    }
  }

  /** Split at the cursor if it is inside the text, and at the film's position if that is inside the line. */
  split(row) {
    const { selectionStart, value } = row.text;
    const isInside = value.slice(0, selectionStart).trim() && value.slice(selectionStart).trim();
    const offset = isInside ? selectionStart : null;
    const second = this.editor.lines.split(row.cue.id, { offset, ms: this.editor.player?.ms ?? null });
    this.editor.changed(second === null ? this.editor.labels.cannot_split : "");
    if (second !== null) {
      this.editor.goTo(second);
      this.editor.rows.get(second).text.setSelectionRange(0, 0);
    }
  }

  /**
   * Insert a line after the current one: at the film's position if that lies after it, else at its end. Without a current
   * line, after the one before the film's position; where the film has not begun, after the last.
   */
  insert() {
    const { cues } = this.editor.lines;
    const here = this.editor.player?.ms ?? 0;
    const before = here ? cues.findLast(({ start }) => start <= here) : cues.at(-1);
    const cue = this.editor.lines.cue(this.editor.current) ?? before;
    const after = cue ? this.editor.lines.next(cue.id) : cues[0];
    const isBetween = !cue || (here >= cue.end && (!after || here < after.start));
    const start = isBetween ? here : Math.max(cue.start, cue.end);
    const room = after && after.start > start ? after.start - start : NEW_CUE_MS;
    const id = this.editor.lines.insert(cue?.id ?? null, start, start + Math.min(room, NEW_CUE_MS));
    this.editor.changed();
    this.editor.goTo(id);
  }
}
