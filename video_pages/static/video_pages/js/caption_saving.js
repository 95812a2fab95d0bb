/* Saving in the caption editor: the draft in the browser, the version on the server, and what to do if both differ. */

import { Drafts } from "./caption_drafts.js";
import { readDocument, saveDocument } from "./caption_server.js";
import { DATE, momentInSentence, TIME } from "./moment_format.js";

const DRAFT_AFTER = 800;

export class Saving {
  /**
   * `root` is the element of the editor, `settings` has documentUrl, draftKey and labels, `say(text)` tells the editor.
   * `getDocument()` returns the CaptionDocument.
   */
  constructor(root, settings, say, getDocument) {
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.settings = settings;
    this.labels = settings.labels;
    this.say = say;
    this.getDocument = getDocument;
    this.drafts = new Drafts(settings.draftKey);
    [this.state, this.hidden, this.conflict, this.restored] = ["state", "is-hidden", "conflict", "restored"].map(find);
    this.conflictText = find("conflict-text");
    this.restoredText = find("restored-text");
    this.isKept = true;
    this.saves = 0;
    find("save").addEventListener("click", () => this.save());
    find("overwrite").addEventListener("click", () => this.save(this.theirVersion));
    for (const button of root.querySelectorAll("[data-discard]")) {
      button.addEventListener("click", () => this.discard());
    }
    this.hidden.addEventListener("change", () => this.changed());
    addEventListener("beforeunload", (event) => {
      if (this.timer) {
        this.keep();
      }
      if (this.hasChanged && !this.isDiscarded && !(this.isKept && this.drafts.isThere)) {
        event.preventDefault();
      }
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.timer) {
        this.keep();
      } else if (!document.hidden && this.hasBegun) {
        this.compare();
      }
    });
  }

  get hasChanged() {
    return this.getDocument().hasChanged || this.chosenHidden !== null;
  }

  /** Whether the track is to be hidden, if the editor has changed that; else null. */
  get chosenHidden() {
    return this.hidden.checked === this.wasHidden ? null : this.hidden.checked;
  }

  /** Take over whether the track is hidden; the checkbox follows unless it was changed since it was `shown`. */
  takeHidden(isHidden, shown = this.wasHidden) {
    if (this.hidden.checked === shown) {
      this.hidden.checked = isHidden;
    }
    this.wasHidden = isHidden;
  }

  /** Begin with what the server has; return the draft that replaces it, or null. */
  begin({ version, isHidden, document: text }) {
    this.hasBegun = true;
    this.version = version;
    this.wasHidden = isHidden;
    this.hidden.checked = isHidden;
    const draft = this.drafts.read();
    if (!draft || (draft.text === text && (draft.isHidden ?? isHidden) === isHidden)) {
      this.drafts.clear();
      return null;
    }
    this.hidden.checked = draft.isHidden ?? isHidden;
    this.restoredText.textContent = this.labels.restored.replace(
      "{time}",
      momentInSentence(new Date(draft.at), document.documentElement.lang, { ...DATE, ...TIME }),
    );
    this.restored.hidden = false;
    if (draft.version !== version) {
      this.version = draft.version;
      this.showConflict(this.labels.conflict, version);
    }
    return draft;
  }

  /**
   * Tell the editor who comes back to this window if the words were changed meanwhile. Versions only grow: an older one is
   * from before a save that has ended since the request.
   */
  async compare() {
    const { saves } = this;
    const answer = await readDocument(this.settings.documentUrl).catch(() => null);
    if (!answer || this.isSaving || saves !== this.saves) {
      return;
    }
    this.takeHidden(answer.isHidden);
    if (answer.version > this.version && this.conflict.hidden) {
      this.showConflict(this.labels.conflict, answer.version);
    }
  }

  showConflict(message, theirVersion) {
    this.theirVersion = theirVersion;
    this.conflictText.textContent = message;
    this.conflict.hidden = false;
  }

  /** Call this after each change: it shows the state, and keeps a draft soon. */
  changed() {
    this.state.textContent = this.hasChanged ? this.labels.changed : this.labels.unchanged;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), DRAFT_AFTER);
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.hasChanged) {
      this.drafts.clear();
      return;
    }
    this.isKept = this.drafts.keep(String(this.getDocument()), this.version, this.chosenHidden);
    this.state.textContent = this.isKept ? this.labels.kept : this.labels.not_kept;
  }

  /** Save over the version that was read, or over `version` if the editor has decided so. */
  async save(version = this.version) {
    if (!this.mayBeSaved() || this.isSaving) {
      return;
    }
    this.isSaving = true;
    this.saves += 1;
    this.keep();
    this.say(this.labels.saving);
    const lines = this.getDocument();
    const sent = { state: lines.hasChanged ? lines.state : null, isChecked: this.hidden.checked };
    const values = { text: sent.state && String(lines), version, isHidden: this.chosenHidden };
    try {
      this.answered(await saveDocument(this.settings.documentUrl, values), sent);
    } catch {
      this.say(this.labels.not_saved);
    }
    this.isSaving = false;
  }

  /** Take the answer to what was `sent`: the state of the lines, null if they had not changed, and of the checkbox. */
  answered(answer, sent) {
    if (answer.status === 409) {
      this.say("");
      this.showConflict(answer.message, answer.version);
    } else if (answer.status === 422) {
      this.say(answer.message);
    } else {
      this.takeHidden(answer.isHidden, sent.isChecked);
      if (sent.state) {
        this.version = answer.version;
        this.getDocument().markSaved(sent.state);
        this.conflict.hidden = true;
      }
      this.restored.hidden = true;
      this.keep(); // nothing, or what was typed meanwhile
      this.state.textContent = this.hasChanged ? this.labels.kept : this.labels.unchanged;
      this.say(answer.isHidden ? this.labels.saved_hidden : this.labels.saved);
    }
  }

  /** Return whether there is something to save without an error; the editor replaces this. */
  mayBeSaved() {
    return true;
  }

  /** Forget the unsaved lines, and show what the server has. */
  discard() {
    clearTimeout(this.timer);
    this.timer = null;
    this.isDiscarded = true;
    this.drafts.clear();
    location.reload();
  }
}
