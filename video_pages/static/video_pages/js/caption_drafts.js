/* Unsaved lines of a text track, kept in the browser until they are saved or discarded. The key names user and track, so
   that another user of the browser is never offered them. Two tabs with one track have one draft, that of the tab which
   wrote last: a tab removes only what it has read or written itself. */

export class Drafts {
  constructor(key, storage = globalThis.localStorage) {
    this.key = key;
    this.storage = storage;
    this.known = null; // the draft as this tab has read or written it
  }

  /**
   * Return {text, version, isHidden, at} or null: `version` is that of the words which were changed, `isHidden` null if
   * the editor has not touched that, `at` a time in ms.
   */
  read() {
    try {
      this.known = this.storage.getItem(this.key);
      const draft = JSON.parse(this.known);
      return draft && typeof draft.text === "string" && Number.isInteger(draft.version) ? draft : null;
    } catch {
      return null;
    }
  }

  /** Keep a draft; return false if the browser has no room or allows none. */
  keep(text, version, isHidden, at = Date.now()) {
    try {
      const draft = JSON.stringify({ text, version, isHidden, at });
      this.storage.setItem(this.key, draft);
      this.known = draft;
      return true;
    } catch {
      this.clear(); // an older draft would be taken for this one
      return false;
    }
  }

  /** Return whether the browser still has the draft of this tab: another tab may have written its own over it. */
  get isThere() {
    try {
      return this.known !== null && this.storage.getItem(this.key) === this.known;
    } catch {
      return false;
    }
  }

  clear() {
    try {
      if (this.isThere) {
        this.storage.removeItem(this.key);
      }
    } catch {
      // a browser that keeps nothing has nothing to remove
    }
    this.known = null;
  }
}
